package dev.wearon.processes.services;

import java.nio.file.Path;

/** A process of one of the four services. */
public final class RunningService extends Running {

    private final ServiceProgram program;

    RunningService(Rig rig, ServiceProgram program, Path log) {
        super(rig, program, log);
        this.program = program;
    }

    public String url() {
        return program.url();
    }

    public int port() {
        return program.port();
    }

    public String managementUrl() {
        return program.managementUrl();
    }
}
