package dev.wearon.generation;

import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Starts the packaged credits-service and storage-service. A fault proxy is in front of each, and of PostgreSQL and Redis. */
@QuarkusTestResource(
        value = SuiteServers.class,
        initArgs = {
            @ResourceArg(name = "service", value = "generation"),
            @ResourceArg(name = "neighbours", value = "credits,storage"),
            @ResourceArg(name = "faultProxies", value = "credits,storage,postgres,redis")
        })
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface WithNeighbours {}
