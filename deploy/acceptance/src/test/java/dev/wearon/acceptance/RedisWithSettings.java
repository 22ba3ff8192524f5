package dev.wearon.acceptance;

import dev.wearon.processes.Program;
import dev.wearon.processes.Redis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of {@code redis-server} with settings of its own. A Sentinel also writes into them. */
record RedisWithSettings(String name, Path folder, Redis redis, List<String> settings) implements Program {

    private static final String FILE = "redis.conf";

    @Override
    public void prepare() throws IOException {
        redis.prepare();
        if (!Files.exists(folder.resolve(FILE))) {
            Files.write(folder.resolve(FILE), settings);
        }
    }

    @Override
    public ProcessBuilder command() {
        List<String> command = new ArrayList<>(List.of(
                redis.command().command().getFirst(), folder.resolve(FILE).toString()));
        if (name.startsWith("sentinel")) {
            command.add("--sentinel");
        }
        return new ProcessBuilder(command);
    }

    @Override
    public boolean isReady() {
        return redis.isReady();
    }

    @Override
    public void requestStop(ProcessHandle process) {
        process.destroy();
    }
}
