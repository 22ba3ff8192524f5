package dev.wearon.bench.loop;

/** What PostgreSQL counted, for all of its processes together; not a number where it was not read. */
public record DatabaseCosts(double transactions, double fsyncs, double walBytes) {

    static final DatabaseCosts UNKNOWN = new DatabaseCosts(Double.NaN, Double.NaN, Double.NaN);

    DatabaseCosts plus(DatabaseCosts other) {
        return new DatabaseCosts(transactions + other.transactions, fsyncs + other.fsyncs, walBytes + other.walBytes);
    }

    DatabaseCosts minus(DatabaseCosts other) {
        return new DatabaseCosts(transactions - other.transactions, fsyncs - other.fsyncs, walBytes - other.walBytes);
    }

    DatabaseCosts dividedBy(double calls) {
        return new DatabaseCosts(transactions / calls, fsyncs / calls, walBytes / calls);
    }
}
