package dev.wearon.bench;

/** The two sides, measured one right after the other. */
record Row(int stores, int clients, Measurement plain, Measurement ledger) {

    double ratio() {
        return ledger.perSecond() / plain.perSecond();
    }

    double p50Ratio() {
        return ledger.p50Ms() / plain.p50Ms();
    }
}
