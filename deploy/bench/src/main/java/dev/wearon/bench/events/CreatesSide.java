package dev.wearon.bench.events;

import dev.wearon.bench.create.CreateSide;
import dev.wearon.bench.loop.Side;
import java.util.List;
import java.util.Map;

/** Creates while all streams are open, or while none is. */
record CreatesSide(String name, CreateSide creates, Streams streams, boolean open) implements Side {

    @Override
    public Map<String, ProcessHandle> processes() {
        return creates.processes();
    }

    @Override
    public List<String> databaseRoles() {
        return creates.databaseRoles();
    }

    @Override
    public void prepare() throws Exception {
        if (open) {
            streams.open();
        } else {
            streams.end();
        }
    }

    @Override
    public Client connect() throws Exception {
        return creates.connect();
    }

    @Override
    public void finish(long answered) throws Exception {
        streams.check();
        creates.finish(answered);
    }
}
