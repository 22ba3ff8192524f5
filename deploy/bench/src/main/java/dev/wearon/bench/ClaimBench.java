package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long a claim takes when many stores have many sessions waiting, compared in the same run with a claim that goes by
 * age alone.
 *
 * @param root the source tree with the service's migrations
 * @param folder where the temporary folder is made
 */
public record ClaimBench(Path root, Path folder, ClaimPlan plan, PrintStream out) {

    /** Prints as it goes, and one table at the end. */
    public void run() throws IOException, SQLException, UserError {
        out.printf(
                Locale.ROOT,
                "Claiming sessions, turns of the stores against oldest first: %,d stores, %,d sessions waiting%n",
                plan.stores(),
                plan.waiting());
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (TestBed bed = TestBed.withPostgres(folder);
                DatabaseWatch database = new DatabaseWatch(bed.superuser());
                WaitingLine line = new WaitingLine(bed, root)) {
            out.printf(
                    Locale.ROOT,
                    "%s; %s; %d processors; Java %s%n",
                    database.settings(),
                    Files.getFileStore(bed.folder()).type(),
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("java.version"));
            Claimers claimers = new Claimers(vertx, bed.address(TestBed.GENERATION));
            Load commits = claimers.commits(plan);
            new ClaimReport(rows(claimers, line), commits).print(out);
        } finally {
            Answers.await(vertx.close());
        }
    }

    private List<ClaimReport.Row> rows(Claimers claimers, WaitingLine line) throws SQLException, UserError {
        List<ClaimReport.Row> rows = new ArrayList<>();
        for (int clients : plan.clients()) {
            rows.add(row(claimers, line, clients, 0));
        }
        rows.add(row(claimers, line, 1, plan.claimedBefore()));
        return rows;
    }

    private ClaimReport.Row row(Claimers claimers, WaitingLine line, int clients, int before)
            throws SQLException, UserError {
        ClaimReport.Side oldest = side(ClaimSide.OLDEST_FIRST, claimers, line, clients, before);
        ClaimReport.Side turns = side(ClaimSide.TURNS, claimers, line, clients, before);
        out.printf(
                Locale.ROOT,
                "  clients %2d, claimed before %,6d: oldest first p50 %.2f ms, turns p50 %.2f ms%n",
                clients,
                before,
                oldest.load().percentileMs(0.5),
                turns.load().percentileMs(0.5));
        return new ClaimReport.Row(clients, before, oldest, turns);
    }

    private ClaimReport.Side side(ClaimSide side, Claimers claimers, WaitingLine line, int clients, int before)
            throws SQLException, UserError {
        line.fill(plan.stores());
        line.claim(side, before);
        Load load = claimers.run(side, clients, plan);
        line.check(before + load.answered());
        int apart = line.apart();
        // Among many at once, one that was held up between its choice and its commit lets a store's turn go by.
        if (side == ClaimSide.TURNS && clients == 1 && apart > 1) {
            throw new UserError(
                    "One store was served %d times more often than another.".formatted(apart),
                    "none; this is a fault of the claim");
        }
        return new ClaimReport.Side(load, apart);
    }
}
