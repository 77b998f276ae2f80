{{- define "bellwether.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Name of a component's resources. Takes (dict "root" $ "component" "gateway"). */}}
{{- define "bellwether.componentName" -}}
{{- printf "%s-%s" (include "bellwether.fullname" .root) .component -}}
{{- end -}}

{{- define "bellwether.selectorLabels" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "bellwether.labels" -}}
{{ include "bellwether.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: bellwether
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "bellwether.image" -}}
{{- $image := .values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default .root.Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The environment variable that sets a property: gateway.state-dir becomes GATEWAY_STATE_DIR. */}}
{{- define "bellwether.environmentName" -}}
{{- regexReplaceAll "[^A-Za-z0-9]" . "_" | upper -}}
{{- end -}}

{{/* Stops the rendering where a value is missing that only a person can give. */}}
{{- define "bellwether.requirements" -}}
{{- if not .Values.insecureAllowUnauthenticatedRemoteAccess -}}
{{- fail "Nothing in this version of Bellwether authenticates callers, and in a cluster other pods can reach its ports: whoever reaches the gateway can run inference, and whoever reaches the control API can move traffic between models. If that is acceptable, for instance because networkPolicy, a mesh or a proxy restricts callers, set insecureAllowUnauthenticatedRemoteAccess=true." -}}
{{- end -}}
{{- if not .Values.kafka.bootstrap -}}
{{- fail "kafka.bootstrap is empty. Give the host:port list of a Kafka cluster, for instance --set kafka.bootstrap=kafka.kafka.svc:9092. The chart brings none." -}}
{{- end -}}
{{- $models := .Values.worker.models -}}
{{- if and $models.existingClaim $models.volume -}}
{{- fail "worker.models.existingClaim and worker.models.volume are both set. Set the one that holds the model repository." -}}
{{- end -}}
{{- if not (or $models.existingClaim $models.volume) -}}
{{- fail "The workers have no models. Set worker.models.existingClaim to the PersistentVolumeClaim that holds the model repository, or worker.models.volume to another volume source." -}}
{{- end -}}
{{- end -}}
