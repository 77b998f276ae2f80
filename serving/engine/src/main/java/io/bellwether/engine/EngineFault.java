package io.bellwether.engine;

/**
 * The engine could not do what was asked. {@link #getMessage} is safe for clients: no path, no trace, no class name. The
 * {@link #detail} is for the operator's log only.
 */
public final class EngineFault extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of fault. */
    public enum Kind {
        /** The native library cannot be used in this process. */
        ENGINE_UNAVAILABLE,
        /** The file is not a program that this engine can run. */
        LOAD_REFUSED,
        /** The inputs are not what the program declares: a fault of the caller. */
        INPUT_MISMATCH,
        /** The program threw on these inputs. */
        PROGRAM_FAILED,
        /** The program's outputs are not what was declared. */
        OUTPUT_MISMATCH,
        /** The device has no memory left for this execution. */
        OUT_OF_MEMORY,
        /** The model or runner is closed. */
        CLOSED
    }

    private final Kind kind;
    private final String detail;

    EngineFault(Kind kind, String message, String detail) {
        super(message, null, false, false);
        this.kind = kind;
        this.detail = detail;
    }

    /** A fault with nothing more to tell the operator than its message. */
    public static EngineFault of(Kind kind, String message) {
        return new EngineFault(kind, message, message);
    }

    public Kind kind() {
        return kind;
    }

    /** The last line of what the engine said, at most 300 characters, without paths: for a log, never for a client. */
    public String detail() {
        return detail;
    }
}
