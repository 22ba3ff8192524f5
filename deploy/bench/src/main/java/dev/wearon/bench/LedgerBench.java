package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;

/**
 * How many credits per second the ledger takes, compared in the same run with the plain function of story 1.1.
 *
 * @param root the source tree with the built service
 * @param folder where the temporary folder is made
 */
public record LedgerBench(Path root, Path folder, Plan plan, PrintStream out) {

    /** Prints as it goes, and one table at the end. */
    public void run() throws IOException, SQLException, UserError {
        out.printf(
                Locale.ROOT,
                "Taking credits, the ledger over HTTP against the plain function: about %d s, and the start%n",
                plan.estimate().toSeconds());
        long start = System.nanoTime();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (TestBed bed = TestBed.withPostgres(folder)) {
            bed.startService(TestBed.LEDGER, root, System.getenv(), Map.of());
            try (DatabaseWatch database = new DatabaseWatch(bed.superuser())) {
                out.printf(
                        Locale.ROOT,
                        "%s; %s; %d processors; Java %s%n",
                        database.settings(),
                        Files.getFileStore(bed.folder()).type(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"));
                out.printf(
                        Locale.ROOT,
                        "PostgreSQL and credits-service (pid %d) are up after %.1f s%n",
                        bed.service(TestBed.LEDGER).pid(),
                        (System.nanoTime() - start) / 1e9);
                new Comparison(plan, bed, database, vertx, out).run().print(out);
            } catch (IOException | SQLException | UserError failed) {
                throw bed.isClosed() ? new UserError("The benchmark was ended before its end.") : bed.explained(failed);
            }
        } finally {
            Answers.await(vertx.close());
        }
    }
}
