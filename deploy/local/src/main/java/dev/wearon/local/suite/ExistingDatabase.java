package dev.wearon.local.suite;

import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The database on a server that was there before, which other suites and other programs may use as well. */
record ExistingDatabase(PostgresAddress admin) {

    private static final String VARIABLE = Environment.DB_URL;

    /** Makes the database this suite's own, or refuses with nothing changed. */
    void claim(String suiteId, Path data) throws UserError {
        try {
            claimAs(suiteId, data);
        } catch (SQLException refused) {
            throw refused(refused);
        }
    }

    /** Gives the database what {@code provision.sql} says, or says what is in the way. */
    void layOut(Map<String, String> passwords) throws UserError {
        try {
            Database.layOut(admin, Database.name(admin), passwords);
        } catch (SQLException refused) {
            throw refused(refused);
        }
    }

    /** What follows the first line is where in the server's code it was refused. */
    private UserError refused(SQLException refused) {
        return new UserError(
                "The PostgreSQL server of %s (%s:%d, user %s) refused: %s"
                        .formatted(
                                VARIABLE,
                                admin.host(),
                                admin.port(),
                                admin.user(),
                                refused.getMessage().lines().findFirst().orElse("")),
                "mend what it says; give " + VARIABLE + " the name and password of somebody who may create roles, and"
                        + " the database or owns it (special characters %-encoded); or unset it to have a server started"
                        + " here");
    }

    private void claimAs(String suiteId, Path data) throws SQLException, UserError {
        String database = Database.name(admin);
        String mark = Database.MARK_PREFIX + suiteId + ", data in " + data;
        List<String> schemas = Layout.SERVICES.stream().map(Layout::schema).toList();
        switch (Database.claim(admin, database, mark, schemas)) {
            case OURS -> {
                // Nothing to say.
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
                        "start that suite, with the data folder it was made with; or name another server in " + VARIABLE
                                + " (the roles belong to a whole server); or, when nobody needs it any more, drop its"
                                + " database and the roles wearon_...");
            case SOMEBODYS ->
                throw new UserError(
                        "Database %s at %s:%d holds tables that are not a suite's. Nothing was changed in it."
                                .formatted(database, admin.host(), admin.port()),
                        "name another database in " + VARIABLE + ", for example one that is still to be made");
        }
    }
}
