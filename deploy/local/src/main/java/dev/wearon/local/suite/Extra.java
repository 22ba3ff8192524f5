package dev.wearon.local.suite;

/** What a suite has beside the six programs. */
public enum Extra {
    NONE,
    /** Prometheus. */
    PROMETHEUS,
    /** The demo pages of the gateway. */
    DEMO_PAGES,
    /** The demo pages, and the {@link DemoShop} to which they lead. */
    SHOP
}
