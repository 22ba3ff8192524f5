package dev.wearon.storage.testing;

import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Starts PostgreSQL behind a fault proxy, and configures a folder or a bucket. */
@QuarkusTestResource(
        value = SuiteServers.class,
        initArgs = {
            @ResourceArg(name = "service", value = "storage"),
            @ResourceArg(name = "faultProxies", value = "postgres")
        })
@QuarkusTestResource(StorageSettings.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface WithServers {}
