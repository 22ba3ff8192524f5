package dev.wearon.credits.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeContainer;

/** After every step of a random history the ledger equals its model and all its sums agree. */
class LedgerHistoriesTest {

    private static LedgerDatabase database;
    private static Connection connection;
    private static TableReader tables;

    @BeforeContainer
    static void start() throws Exception {
        database = new LedgerDatabase();
        connection = database.connection();
        tables = new TableReader(connection);
    }

    @AfterContainer
    static void stop() throws Exception {
        database.close();
    }

    @AfterTry
    void rollBack() throws SQLException {
        connection.rollback();
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return StepGenerators.ofUpTo(80);
    }

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void equalTheModelAndAddUpAfterEveryStep(@ForAll("histories") List<Step> history) throws SQLException {
        LedgerModel model = new LedgerModel();
        LedgerState before = model.state();
        String digest = tables.digest();
        for (Step step : history) {
            String expected = step.applyTo(model);
            LedgerState after = model.state();

            assertThat(step.executeInSavepoint(connection))
                    .as("the outcome of %s", step)
                    .isEqualTo(expected);
            assertThat(LedgerState.read(connection))
                    .as("the state after %s", step)
                    .isEqualTo(after);
            assertThat(tables.disagreements())
                    .as("disagreements after %s", step)
                    .isEmpty();
            assertNothingIsOwedAboveTheCap(step, before, after);
            String digestAfter = tables.digest();
            if (after.equals(before)) {
                assertThat(digestAfter).as("every row after %s", step).isEqualTo(digest);
            }
            before = after;
            digest = digestAfter;
        }
    }

    /** An earlier charge may have had a higher cap; a new charge respects its own. */
    private static void assertNothingIsOwedAboveTheCap(Step step, LedgerState before, LedgerState after) {
        after.owedCents().forEach((UUID store, Integer owed) -> {
            if (owed > before.owedCents().getOrDefault(store, 0)) {
                assertThat(step).isInstanceOfSatisfying(Charge.class, charge -> assertThat(owed)
                        .as("owed after %s", charge)
                        .isLessThanOrEqualTo(charge.overage().capCents()));
            }
        });
    }
}
