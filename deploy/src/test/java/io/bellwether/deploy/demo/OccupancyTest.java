package io.bellwether.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class OccupancyTest {
    private static final String DEMO = "person:demo";
    private static final String ADA = "person:ada";

    @Test
    void aFreshModelIsFree() throws Exception {
        assertThat(occupancy("1").objection("1")).isEmpty();
        assertThat(occupancy("1").objection("2")).isEmpty();
    }

    @Test
    void aLiveRolloutOfSomebodyElseIsNotTakenUnasked() throws Exception {
        // Given
        var occupancy = occupancy("1", rollout("first", ADA, "HELD", 1), rollout("second", DEMO, "ROLLED_BACK", 2));

        // When
        var objection = occupancy.objection("1");

        // Then
        assertThat(objection.orElseThrow()).contains("rollout abort first", "--take-over");
        assertThat(occupancy.liveOfOthers()).containsExactly("first");
        assertThat(occupancy.liveOfDemo()).isEmpty();
    }

    @Test
    void aRolloutThatAnEarlierDemoLeftIsItsOwn() throws Exception {
        // Given
        var occupancy = occupancy("1", rollout("left", DEMO, "RUNNING", 1));

        // Then
        assertThat(occupancy.objection("1")).isEmpty();
        assertThat(occupancy.liveOfDemo()).isEqualTo(List.of("left"));
    }

    @Test
    void aStableVersionThatSomebodyElseChoseIsNotReplacedUnasked() throws Exception {
        // Given
        var chosen = occupancy("3", rollout("demo-1", DEMO, "PROMOTED", 1));
        var promoted = occupancy("2", rollout("demo-1", DEMO, "ABORTED", 1), rollout("mine", ADA, "PROMOTED", 2));

        // Then
        assertThat(chosen.objection("1").orElseThrow()).contains("version 3", "model stable digits 1", "--take-over");
        assertThat(promoted.objection("1")).isPresent();
    }

    @Test
    void aStableVersionThatAnEarlierDemoLeftIsReplaced() throws Exception {
        assertThat(occupancy("2", rollout("demo-1", DEMO, "PROMOTED", 1)).objection("1"))
                .isEmpty();
        assertThat(occupancy("1", rollout("demo-1", DEMO, "ABORTED", 1)).objection("2"))
                .isEmpty();
    }

    /** The rollouts are listed in reverse, because the control API promises no order. */
    private static Occupancy occupancy(String stable, String... rollouts) throws Exception {
        var reversed = new StringBuilder();
        for (var rollout : rollouts) {
            reversed.insert(0, (reversed.isEmpty() ? "" : ",")).insert(0, rollout);
        }
        return Occupancy.parse(stable, new ObjectMapper().readTree("[" + reversed + "]"));
    }

    private static String rollout(String id, String actor, String state, long createdMillis) {
        return """
                {"id": "%s", "state": "%s", "stableVersion": "1", "candidateVersion": "2",
                 "history": [{"at": %d, "action": "CREATE", "actor": "%s"}, {"at": 9, "actor": "monitoring"}]}
                """
                .formatted(id, state, createdMillis, actor);
    }
}
