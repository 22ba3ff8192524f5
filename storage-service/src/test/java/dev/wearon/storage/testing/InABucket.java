package dev.wearon.storage.testing;

import dev.wearon.local.testing.S3Server;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.Map;

/** The service with its images on an S3 server; all else is as in the other tests. */
public final class InABucket implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>(S3Server.shared().settings());
        settings.put("wearon.storage.s3.prefix", "http/");
        settings.put("wearon.storage.s3.connections", "8");
        return settings;
    }
}
