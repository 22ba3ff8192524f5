package dev.wearon.credits.properties;

/** The terms of overage: the price of a credit and the cap of a month, both in cents. */
record Overage(int priceCents, int capCents) {}
