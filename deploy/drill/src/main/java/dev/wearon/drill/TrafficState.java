package dev.wearon.drill;

/** When clients begin something new, and until when they go on with what they have begun. */
final class TrafficState {

    private volatile boolean open = true;
    private volatile boolean over;

    boolean areOpen() {
        return open;
    }

    /** Whoever waits for an answer now has waited long enough. */
    boolean areOver() {
        return over;
    }

    void close() {
        open = false;
    }

    void end() {
        over = true;
    }
}
