{{/*
One component as a StatefulSet with its ServiceAccount, ConfigMap, headless Service and PodDisruptionBudget. A StatefulSet,
because a process keeps its name over a restart: telemetry counts by it, and gateways list workers by it.

Takes a dict:
  root        $
  component   gateway, worker or monitoring; also the prefix of its properties
  values      its values
  ports       list of (dict "name" "port"), without the management port
  management  number of the management port
  properties  settings by property name
  mounts      further volume mounts, volumes further volumes, claims volume claim templates
*/}}
{{- define "bellwether.workload" -}}
{{- $name := include "bellwether.componentName" . -}}
{{- $exposed := dict (printf "%s.insecure-allow-unauthenticated-remote-access" .component) true "quarkus.management.host" "0.0.0.0" -}}
{{- $properties := mergeOverwrite (dict) $exposed .properties .values.config -}}
{{- $environment := dict -}}
{{- range $property, $value := $properties -}}
{{- /* Helm reads numbers as floats and would print a large one as 1.6e+07. */ -}}
{{- $text := ternary (printf "%.0f" (float64 $value)) (toString $value) (and (kindIs "float64" $value) (eq (floor (float64 $value)) (float64 $value))) -}}
{{- $_ := set $environment (include "bellwether.environmentName" $property) $text -}}
{{- end -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  labels: {{- include "bellwether.labels" . | nindent 4 }}
  {{- with .values.serviceAccountAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}
  labels: {{- include "bellwether.labels" . | nindent 4 }}
data: {{- toYaml $environment | nindent 2 }}
---
# Gives each pod a name in DNS. Pods are listed before they are ready: a gateway looks for itself whether a worker is.
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels: {{- include "bellwether.labels" . | nindent 4 }}
    bellwether.io/scrape: "true"
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: {{- include "bellwether.selectorLabels" . | nindent 4 }}
  ports:
    {{- range .ports }}
    - name: {{ .name }}
      port: {{ .port }}
      targetPort: {{ .name }}
    {{- end }}
    - name: management
      port: {{ .management }}
      targetPort: management
{{- if .values.podDisruptionBudget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels: {{- include "bellwether.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .values.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels: {{- include "bellwether.selectorLabels" . | nindent 6 }}
{{- end }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $name }}
  labels: {{- include "bellwether.labels" . | nindent 4 }}
spec:
  serviceName: {{ $name }}
  replicas: {{ .values.replicas }}
  podManagementPolicy: Parallel
  selector:
    matchLabels: {{- include "bellwether.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "bellwether.labels" . | nindent 8 }}
        {{- with .values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/config: {{ toJson $environment | sha256sum }}
        {{- with .values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec: {{- include "bellwether.pod" (merge (dict "name" $name) .) | nindent 6 }}
  {{- with .claims }}
  volumeClaimTemplates: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "bellwether.pod" -}}
serviceAccountName: {{ .name }}
automountServiceAccountToken: false
# Kubernetes would add variables such as GATEWAY_PORT, which the applications would take for settings.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ add .values.drain.preStopSeconds .values.drain.requestsSeconds .values.drain.telemetrySeconds 10 }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
containers:
  - name: {{ .component }}
    image: {{ include "bellwether.image" . | quote }}
    imagePullPolicy: {{ .values.image.pullPolicy }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    env:
      - name: {{ include "bellwether.environmentName" (printf "%s.id" .component) }}
        valueFrom:
          fieldRef:
            fieldPath: metadata.name
      - name: JAVA_TOOL_OPTIONS
        value: {{ .values.jvmOptions | quote }}
    envFrom:
      - configMapRef:
          name: {{ .name }}
    ports:
      {{- range .ports }}
      - name: {{ .name }}
        containerPort: {{ .port }}
      {{- end }}
      - name: management
        containerPort: {{ .management }}
    startupProbe:
      httpGet: {path: /health/started, port: management}
      periodSeconds: 2
      timeoutSeconds: 2
      failureThreshold: {{ div (add .values.startupSeconds 1) 2 }}
    readinessProbe:
      httpGet: {path: /health/ready, port: management}
      periodSeconds: 2
      timeoutSeconds: 2
      failureThreshold: 2
    livenessProbe:
      httpGet: {path: /health/live, port: management}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 6
    {{- if .values.drain.preStopSeconds }}
    lifecycle:
      preStop:
        sleep:
          seconds: {{ .values.drain.preStopSeconds }}
    {{- end }}
    resources: {{- toYaml .values.resources | nindent 6 }}
    volumeMounts:
      - name: tmp
        mountPath: /tmp
      {{- with .mounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: 256Mi
  {{- with .volumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "bellwether.selectorLabels" . | nindent 8 }}
{{- end -}}
