package io.bellwether.gateway.inference;

import io.bellwether.gateway.evidence.ClientMemories;
import io.bellwether.protocol.ClientMark;
import io.bellwether.routing.ComparedClient;
import io.bellwether.routing.Declared;
import io.bellwether.routing.Route;
import io.bellwether.routing.ShadowCopy;
import io.bellwether.routing.Slices;
import io.bellwether.telemetry.events.Arm;
import java.util.Optional;

/** Where a request goes, by which key, for which client, its copy, what is declared of it, and how its arm was drawn. */
record Way(
        Route.Routed route,
        String key,
        Optional<ComparedClient> client,
        Optional<ShadowCopy> copy,
        Declared declared,
        int comparedShare,
        long routeVersion) {
    /** As telemetry calls it. */
    Arm arm() {
        return Arm.valueOf(route.arm().name());
    }

    boolean isCompared() {
        return switch (route.arm()) {
            case CONTROL, CANDIDATE -> true;
            case STABLE_REST, CANDIDATE_REST, PINNED -> false;
        };
    }

    /** Whether it fell by chance where it is, compared or not. */
    private boolean isDrawn() {
        return switch (route.arm()) {
            case CONTROL, CANDIDATE -> true;
            case STABLE_REST -> comparedShare > 0;
            case CANDIDATE_REST, PINNED -> false;
        };
    }

    /** The slices of a request whose arm was drawn, told when it arrives and so whatever becomes of it. */
    int slices(InferenceCall call, RequestAdmission admission) {
        return declared.slices().isEmpty() || !isDrawn()
                ? 0
                : declared.slices()
                        .of(by -> by.equals(Slices.TENANT)
                                ? admission.tenant(call)
                                : call.header().apply(by));
    }

    /** A request of the candidate's share that the stable version serves is remembered and speaks for nobody. */
    ClientMark mark(ClientMemories clients) {
        ClientMark mark = client.map(clients::mark).orElse(ClientMark.NONE);
        return isCompared() ? mark : ClientMark.NONE;
    }
}
