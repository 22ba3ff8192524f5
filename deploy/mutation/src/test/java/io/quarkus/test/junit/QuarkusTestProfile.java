package io.quarkus.test.junit;

import java.util.Map;

/** Stands in for the interface of Quarkus. */
public interface QuarkusTestProfile {

    Map<String, String> getConfigOverrides();
}
