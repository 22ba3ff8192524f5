package dev.wearon.credits.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
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

/** A batch gives the same answers and the same rows as its requests one after the other, in order of arrival. */
class BatchesTest {

    private static final int MAX_BATCH = 40;

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
        return StepGenerators.ofUpTo(40);
    }

    @Provide
    Arbitrary<List<Charge>> charges() {
        return StepGenerators.charges(MAX_BATCH);
    }

    @Provide
    Arbitrary<List<Release>> releases() {
        return StepGenerators.releases(MAX_BATCH);
    }

    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void ofChargesEqualTheirRequestsOneByOne(
            @ForAll("histories") List<Step> history, @ForAll("charges") List<Charge> batch) throws SQLException {
        openAllWallets();
        run(history);

        assertSame(batch, Charge::all);
    }

    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void ofReleasesEqualTheirRequestsOneByOne(
            @ForAll("histories") List<Step> history,
            @ForAll("charges") List<Charge> charges,
            @ForAll("releases") List<Release> batch)
            throws SQLException {
        run(history);
        run(charges);

        assertSame(batch, Release::all);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void ofChargesRaiseForAStoreWithoutAWallet(@ForAll("charges") List<Charge> batch) throws SQLException {
        String untouched = tables.digest();
        Savepoint before = connection.setSavepoint();
        if (batch.stream().anyMatch(charge -> charge.email() == null)) {
            assertThatThrownBy(() -> Charge.all(connection, batch))
                    .isInstanceOfSatisfying(SQLException.class, raised -> assertThat(raised.getSQLState())
                            .isEqualTo("WC008"));
            connection.rollback(before);
        } else {
            assertThat(Charge.all(connection, batch)).containsOnly("insufficient");
        }
        assertThat(tables.digest()).isEqualTo(untouched);
    }

    private interface BatchCall<A> {
        List<String> run(Connection connection, List<A> batch) throws SQLException;
    }

    private static <A extends Step> void assertSame(List<A> batch, BatchCall<A> batchCall) throws SQLException {
        Savepoint before = connection.setSavepoint();
        List<String> outcomesOneByOne = new ArrayList<>();
        for (A request : batch) {
            outcomesOneByOne.add(request.execute(connection));
        }
        List<String> rowsOneByOne = tables.rows();
        connection.rollback(before);

        assertThat(batchCall.run(connection, batch)).as("outcomes of %s", batch).isEqualTo(outcomesOneByOne);
        assertThat(tables.rows()).as("rows after %s", batch).isEqualTo(rowsOneByOne);
        assertThat(tables.disagreements()).isEmpty();
    }

    private static void openAllWallets() throws SQLException {
        for (UUID store : StepGenerators.STORES) {
            Step.query(connection, "SELECT balance FROM credits.open_store_wallet(?)", store);
        }
    }

    private static void run(List<? extends Step> history) throws SQLException {
        for (Step step : history) {
            step.executeInSavepoint(connection);
        }
    }
}
