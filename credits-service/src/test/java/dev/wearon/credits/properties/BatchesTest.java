package dev.wearon.credits.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A batch is nothing but its requests one after the other, in order of arrival: same answers, same rows. */
class BatchesTest {

    private static final int MOST = 40;

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
        return Histories.ofUpTo(40);
    }

    @Provide
    Arbitrary<List<Charge>> charges() {
        return Histories.charges(MOST);
    }

    @Provide
    Arbitrary<List<Release>> releases() {
        return Histories.releases(MOST);
    }

    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void ofChargesDecideLikeTheirRequestsOneByOne(
            @ForAll("histories") List<Action> history, @ForAll("charges") List<Charge> charges) throws SQLException {
        openAllWallets();
        live(history);
        List<Charge> batch = eachNewIdToOneWallet(charges);

        assertSame(batch, Charge::all);
    }

    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void ofReleasesDecideLikeTheirRequestsOneByOne(
            @ForAll("histories") List<Action> history,
            @ForAll("charges") List<Charge> charges,
            @ForAll("releases") List<Release> batch)
            throws SQLException {
        live(history);
        live(charges);

        assertSame(batch, Release::all);
    }

    /** Wallets have their turn in the order of their locks, so which of two wallets pays for an id is not promised. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void ofChargesDecideAnIdOnceWhenTwoWalletsAreAsked(
            @ForAll("histories") List<Action> history, @ForAll("charges") List<Charge> batch) throws SQLException {
        openAllWallets();
        live(history);
        Set<UUID> known = knownIds();

        List<String> outcomes = Charge.all(connection, batch);

        Set<UUID> charged = new HashSet<>();
        for (int place = 0; place < batch.size(); place++) {
            if (outcomes.get(place).equals("charged")) {
                UUID id = batch.get(place).id();
                assertThat(charged.add(id)).as("%s is charged once", id).isTrue();
            }
        }
        assertThat(charged).as("the newly charged among %s", known).noneMatch(known::contains);
        known.addAll(charged);
        assertThat(knownIds()).isEqualTo(known);
        assertThat(tables.disagreements()).isEmpty();
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void ofChargesLeaveAStoreWithoutAWalletToTheScalarFunction(@ForAll("charges") List<Charge> batch)
            throws SQLException {
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

    private interface Together<A> {
        List<String> ask(Connection connection, List<A> batch) throws SQLException;
    }

    private static <A extends Action> void assertSame(List<A> batch, Together<A> together) throws SQLException {
        Savepoint before = connection.setSavepoint();
        List<String> outcomesOneByOne = new ArrayList<>();
        for (A request : batch) {
            outcomesOneByOne.add(request.askedOf(connection));
        }
        List<String> rowsOneByOne = tables.rows();
        connection.rollback(before);

        assertThat(together.ask(connection, batch)).as("outcomes of %s", batch).isEqualTo(outcomesOneByOne);
        assertThat(tables.rows()).as("rows after %s", batch).isEqualTo(rowsOneByOne);
        assertThat(tables.disagreements()).isEmpty();
    }

    /** An id that no charge knows is asked of the wallet that was asked for it first. */
    private static List<Charge> eachNewIdToOneWallet(List<Charge> charges) throws SQLException {
        Set<UUID> known = knownIds();
        Map<UUID, Charge> firsts = new HashMap<>();
        return charges.stream()
                .map(charge -> known.contains(charge.id())
                        ? charge
                        : charge.toTheWalletOf(firsts.computeIfAbsent(charge.id(), id -> charge)))
                .toList();
    }

    private static void openAllWallets() throws SQLException {
        for (UUID store : Histories.STORES) {
            Action.ask(connection, "SELECT balance FROM credits.open_store_wallet(?)", store);
        }
    }

    private static void live(List<? extends Action> history) throws SQLException {
        for (Action step : history) {
            step.on(connection);
        }
    }

    private static Set<UUID> knownIds() throws SQLException {
        return new HashSet<>(Books.read(connection).charges().keySet());
    }
}
