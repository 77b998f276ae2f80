package io.bellwether.loadtests.simulation;

import io.bellwether.controlapi.log.Abort;
import io.bellwether.controlapi.log.Advance;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Hold;
import io.bellwether.controlapi.log.PlannedArm;
import io.bellwether.controlapi.log.Promote;
import io.bellwether.controlapi.log.Resume;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.controlapi.log.SetStable;
import io.bellwether.controlapi.log.Step;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Rollout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * People, and programs of theirs: they look at some gateway, which may be late, and give commands through it; some of the
 * commands come again much later, and some are nonsense.
 */
final class Persons {
    static final String KEY_HEADER = "X-User";
    private static final long ACT_NANOS = 700 * Agenda.MILLI;
    private static final Guardrails QUICK = Guardrails.newBuilder()
            .setAlpha(0.2)
            .setBeta(0.5)
            .setErrorOddsMargin(50)
            .setErrorFloor(0.4)
            .setLatencyP50Margin(10)
            .setLatencyP95Margin(10)
            .setLatencyP99Margin(10)
            .setCostMargin(10)
            .setClassOddsMargin(100)
            .setTimeoutRatioMargin(100)
            .setTimeoutFloor(0.4)
            .setNanRatioMargin(100)
            .setNanFloor(0.4)
            .build();

    /** Arms have few requests each, and harm is to be found in half a minute. */
    private static final Guardrails STRICT = QUICK.toBuilder()
            .setErrorFloor(0.1)
            .setErrorSafe(0.4)
            .setNanFloor(0.1)
            .build();

    private final World world;
    private final Random random;
    private final List<Command> given = new ArrayList<>();
    private int commands;

    Persons(World world, long seed) {
        this.world = world;
        this.random = new Random(seed);
    }

    void start() {
        for (String model : World.MODELS) {
            Command first = command(model)
                    .setSetStable(SetStable.newBuilder().setVersion("1"))
                    .build();
            given.add(first);
            var unused = world.broker().append(first.toByteArray());
        }
        world.agenda().after(ACT_NANOS, this::act);
    }

    private void act() {
        if (world.agenda().nowNanos() >= World.CALM_NANOS) {
            return;
        }
        world.agenda().after((long) (ACT_NANOS * (0.5 + random.nextDouble())), this::act);
        String model = World.MODELS.get(random.nextInt(World.MODELS.size()));
        GatewayHost gateway =
                world.gateways().get(random.nextInt(world.gateways().size()));
        int what = random.nextInt(100);
        if (what < 10) {
            again();
        } else if (gateway.host().isUp() && !gateway.host().isPaused()) {
            ControlState seen = gateway.run().fold().state();
            seen.liveRollout(model).ifPresentOrElse(live -> steer(live, what), () -> begin(seen, model, what));
        }
    }

    /** A command that was given once comes once more, whoever sends it. */
    private void again() {
        if (!given.isEmpty() && world.broker().host().isUp()) {
            Command old = given.get(random.nextInt(given.size()));
            world.tallies().add("commands repeated");
            var unused = world.broker().append(old.toByteArray());
        }
    }

    private void begin(ControlState seen, String model, int what) {
        String stable = seen.stableVersion(model).orElse("1");
        String other = World.VERSIONS.get(random.nextInt(World.VERSIONS.size()));
        if (what < 25) {
            append(command(model).setSetStable(SetStable.newBuilder().setVersion(other)));
        } else if (what < 50) {
            beginAb(model, stable);
        } else if (!other.equals(stable)) {
            CreateRollout.Builder plan = CreateRollout.newBuilder()
                    .setStableVersion(stable)
                    .setCandidateVersion(other)
                    .setAutomatic(random.nextInt(3) > 0)
                    .setKeyHeader(random.nextBoolean() ? KEY_HEADER : "")
                    .setGuardrails(QUICK);
            int weight = 0;
            for (int steps = 2 + random.nextInt(3); steps > 0; steps--) {
                weight += 500 + random.nextInt(1_800);
                plan.addSteps(Step.newBuilder()
                        .setWeightBasisPoints(weight)
                        .setBakeSecondsMin(random.nextInt(3))
                        .setRequestsMin(random.nextInt(5)));
            }
            Command.Builder create = command(model);
            append(create.setRolloutId("r-" + create.getId()).setCreate(plan));
        }
    }

    /** Up to four versions side by side. */
    private void beginAb(String model, String stable) {
        CreateRollout.Builder plan = CreateRollout.newBuilder()
                .setStableVersion(stable)
                .setAutomatic(random.nextInt(3) > 0)
                .setKeyHeader(random.nextInt(3) > 0 ? KEY_HEADER : "")
                .setGuardrails(STRICT);
        List<String> others = new ArrayList<>(World.VERSIONS);
        others.remove(stable);
        Collections.shuffle(others, random);
        // Few more often than many: only the last arm is promoted by evidence.
        int arms = 1 + Math.min(random.nextInt(others.size()), random.nextInt(others.size()));
        for (String version : others.subList(0, arms)) {
            plan.addArms(PlannedArm.newBuilder().setVersion(version).setWeightBasisPoints(800 + random.nextInt(1_400)));
        }
        Command.Builder create = command(model);
        append(create.setRolloutId("ab-" + create.getId()).setCreate(plan));
    }

    private void steer(Rollout.Live live, int what) {
        if (world.sabotage() == Sabotage.KEEPS_KILLS
                || (live.plan().automatic() && random.nextInt(live.plan().isAb() ? 15 : 3) > 0)) {
            return;
        }
        long version = live.version() - (random.nextInt(6) == 0 ? 1 : 0);
        Command.Builder move =
                command(live.plan().model()).setRolloutId(live.id()).setBasedOnVersion(version);
        if (world.sabotage() == Sabotage.FORGES_ADVANCES) {
            move.setActor("monitoring");
        }
        if (what < 30 && live.plan().isAb()) {
            append(move.setRollBack(RollBack.newBuilder().setVersion(anyArm(live))));
        } else if (what < 50) {
            append(move.setAdvance(Advance.newBuilder().setToStep(live.step() + 1)));
        } else if (what < 60) {
            append(move.setHold(Hold.getDefaultInstance()));
        } else if (what < 78) {
            append(move.setResume(Resume.getDefaultInstance()));
        } else if (what < 86) {
            append(move.setPromote(Promote.newBuilder().setVersion(live.plan().isAb() ? anyArm(live) : "")));
        } else if (what < 92) {
            append(move.setAbort(Abort.getDefaultInstance()));
        }
    }

    /** One that was planned, taken back or not. */
    private String anyArm(Rollout.Live live) {
        List<String> tried = live.plan().triedVersions();
        return tried.get(random.nextInt(tried.size()));
    }

    private Command.Builder command(String model) {
        return Command.newBuilder()
                .setId("p" + commands++)
                .setModel(model)
                .setActor("person:ada")
                .setAtMillis(Host.BEGIN_MILLIS + world.agenda().nowMillis());
    }

    private void append(Command.Builder command) {
        Command built = command.build();
        given.add(built);
        GatewayHost gateway =
                world.gateways().get(random.nextInt(world.gateways().size()));
        if (gateway.host().isUp()) {
            gateway.host().deliver(() -> {
                var unused = gateway.run().append(built);
            });
        }
    }
}
