package dev.wearon.local.suite;

import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** A database on an existing server, which other suites and other programs may use too. */
record ExistingDatabase(PostgresAddress admin) {

    private static final String VARIABLE = Environment.DB_URL;

    /** Marks the database as this suite's own. Refuses a database of another suite or program, without any change in it. */
    void claim(String suiteId, Path data) throws UserError {
        try {
            claimAs(suiteId, data);
        } catch (SQLException refused) {
            throw refused(refused);
        }
    }

    /** Executes {@code provision.sql}. */
    void provision(Map<String, String> passwords) throws UserError {
        try {
            Database.layOut(admin, Database.name(admin), passwords);
        } catch (SQLException refused) {
            throw refused(refused);
        }
    }

    /** Shows only the first line of the message; the other lines are the position in the server's code. */
    private UserError refused(SQLException refused) {
        return new UserError(
                "The PostgreSQL server of %s (%s:%d, user %s) refused: %s"
                        .formatted(
                                VARIABLE,
                                admin.host(),
                                admin.port(),
                                admin.user(),
                                refused.getMessage().lines().findFirst().orElse("")),
                "correct what it reports; " + VARIABLE + " needs a user who may create roles, and who may create the"
                        + " database or owns it (special characters %-encoded); or unset it, and wearon starts its"
                        + " own server");
    }

    private void claimAs(String suiteId, Path data) throws SQLException, UserError {
        String database = Database.name(admin);
        String mark = Database.MARK_PREFIX + suiteId + ", data in " + data;
        List<String> schemas = Layout.SERVICES.stream().map(Layout::schema).toList();
        switch (Database.claim(admin, database, mark, schemas)) {
            case OURS -> {
                // The database can be used.
            }
            case ANOTHER_SUITES ->
                throw new UserError(
                        "The PostgreSQL server %s:%d belongs to another suite: %s. Nothing was changed in it."
                                .formatted(
                                        admin.host(),
                                        admin.port(),
                                        Database.mark(admin, database)
                                                .orElse("the roles wearon_... exist, and database " + database
                                                        + " has no suite's mark")),
                        "start that suite with its own data folder; or set " + VARIABLE
                                + " to another server, because the roles belong to a whole server; or drop the unused"
                                + " database and the roles wearon_...");
            case UNMARKED_WITH_TABLES ->
                throw new UserError(
                        "Database %s at %s:%d contains tables of another program. Nothing was changed in it."
                                .formatted(database, admin.host(), admin.port()),
                        "set " + VARIABLE + " to another database; it is created if it does not exist");
        }
    }
}
