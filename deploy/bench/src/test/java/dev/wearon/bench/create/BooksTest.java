package dev.wearon.bench.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.bench.gateway.GatewayKeys;
import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.bench.loop.PermitList;
import dev.wearon.bench.loop.Side;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Creates at the plain server, and what the books say when a row is missing or one is too many. */
class BooksTest {

    @TempDir
    private static Path folder;

    private static final Merchant MERCHANT =
            Merchant.of(new GatewayKeys.Key(UUID.randomUUID(), "wk_0123456789abcdef"), "http://127.0.0.1:8080");

    private static Rig rig;
    private static PermitList permits;
    private static Books books;
    private static Application plain;

    private final CreateSide creates = new CreateSide(plain, List.of(MERCHANT), false);

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.in(folder, folder, Map.of());
        PostgresAddress database = Stores.openInPlainTables(rig.superuser(), List.of(MERCHANT));
        permits = new PermitList(rig.redisUrl());
        books = new Books(Tables.PLAIN, rig.superuser(), permits, List.of(MERCHANT.storeId()), 100);
        int port = Ports.free();
        Running server = rig.start(ReferenceProgram.plain(folder, port, database, rig.redisUrl()));
        plain = new Application("plain", port, List.of(server), List.of(), List.of(), books);
    }

    @AfterAll
    static void end() throws Exception {
        books.close();
        permits.close();
        rig.close();
    }

    @BeforeEach
    void drain() throws Exception {
        books.drain();
    }

    @Test
    void acceptsWhatWasAnsweredAndEmptiesTheQueue() throws Exception {
        call(creates);
        call(creates);
        assertThat(permits.sessions(PlainServer.PERMITS)).hasSize(2);
        assertThatCode(() -> creates.finish(2)).doesNotThrowAnyException();
        assertThat(permits.sessions(PlainServer.PERMITS)).isEmpty();
        assertThatCode(() -> creates.finish(0)).as("of a turn without a create").doesNotThrowAnyException();
    }

    @Test
    void missesASession() throws Exception {
        call(creates);
        execute("DELETE FROM bench_create.sessions WHERE status = 'queued'");
        assertThatThrownBy(() -> creates.finish(1))
                .hasMessageContaining("sessions of acknowledged creates must be 1 and is 0");
    }

    @Test
    void missesACharge() throws Exception {
        call(creates);
        execute("DELETE FROM bench_create.charges");
        assertThatThrownBy(() -> creates.finish(1))
                .hasMessageContaining("charges of acknowledged creates must be 1 and is 0");
    }

    @Test
    void missesAPermit() throws Exception {
        call(creates);
        permits.remove(PlainServer.PERMITS);
        assertThatThrownBy(() -> creates.finish(1)).hasMessageContaining("permits must be 1 and is 0");
    }

    @Test
    void findsACreateThatWasNotAnsweredUnlessOneWasRefused() throws Exception {
        UUID answered;
        try (HttpConnection connection = new HttpConnection(plain.port())) {
            answered = creates.create(connection, 0);
            creates.create(connection, 0);
        }
        assertThatThrownBy(() -> books.check(List.of(answered), 0)).hasMessageContaining("must be 1 and is 2");
        try (Books another = new Books(Tables.PLAIN, rig.superuser(), permits, List.of(), 0)) {
            call(creates);
            assertThatCode(() -> another.check(List.of(), 1)).doesNotThrowAnyException();
        }
    }

    @Test
    void readsSessionsAndBalances() throws Exception {
        for (ReadSide.Kind kind : ReadSide.Kind.values()) {
            ReadSide reads = new ReadSide(kind, plain, List.of(MERCHANT));
            reads.prepare();
            assertThatCode(() -> call(reads)).doesNotThrowAnyException();
            reads.finish(1);
            if (kind == ReadSide.Kind.SESSION) {
                assertThatThrownBy(() -> call(reads))
                        .as("of a session that is gone")
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("404");
            }
        }
    }

    private static void call(Side side) throws Exception {
        try (Side.Client client = side.connect()) {
            client.call();
        }
    }

    private static void execute(String sql) throws Exception {
        try (Connection connection = rig.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
