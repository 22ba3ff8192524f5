package dev.wearon.bench.create;

import java.util.List;

/** Creates, at an application whose processes have just been started. */
final class ColdSide extends CreateSide {

    private final Application application;

    ColdSide(Application application, List<Merchant> merchants, boolean withKeys) {
        super(application, merchants, withKeys);
        this.application = application;
    }

    @Override
    public void prepare() throws Exception {
        application.restart();
    }
}
