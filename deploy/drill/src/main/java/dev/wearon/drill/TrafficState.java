package dev.wearon.drill;

/** Says whether clients may start new try-ons, and whether they may still retry the ones that they have started. */
final class TrafficState {

    private volatile boolean open = true;
    private volatile boolean over;

    boolean acceptsNewTryOns() {
        return open;
    }

    boolean isOver() {
        return over;
    }

    void stopNewTryOns() {
        open = false;
    }

    void end() {
        over = true;
    }
}
