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

/** Whatever is asked of the ledger one after the other: it answers as its model does, and it adds up at every step. */
class LedgerHistoriesTest {

    private static LedgerDatabase database;
    private static Connection connection;
    private static Tables tables;

    @BeforeContainer
    static void start() throws Exception {
        database = new LedgerDatabase();
        connection = database.connection();
        tables = new Tables(connection);
    }

    @AfterContainer
    static void stop() throws Exception {
        database.close();
    }

    @AfterTry
    void forget() throws SQLException {
        connection.rollback();
    }

    @Provide
    Arbitrary<List<Action>> histories() {
        return Histories.ofUpTo(80);
    }

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void addUpAtEveryStepAndFollowTheModel(@ForAll("histories") List<Action> history) throws SQLException {
        LedgerModel model = new LedgerModel();
        Books before = model.books();
        String digest = tables.digest();
        for (Action step : history) {
            String expected = step.toldTo(model);
            Books after = model.books();

            assertThat(step.on(connection)).as("the outcome of %s", step).isEqualTo(expected);
            assertThat(Books.read(connection)).as("the books after %s", step).isEqualTo(after);
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

    /** A cap may be lowered below what is owed already; nothing is added above the one of the day. */
    private static void assertNothingIsOwedAboveTheCap(Action step, Books before, Books after) {
        after.owedCents().forEach((UUID store, Integer owed) -> {
            if (owed > before.owedCents().getOrDefault(store, 0)) {
                assertThat(step).isInstanceOfSatisfying(Charge.class, charge -> assertThat(owed)
                        .as("owed after %s", charge)
                        .isLessThanOrEqualTo(charge.overage().capCents()));
            }
        });
    }
}
