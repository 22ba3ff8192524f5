package io.quarkus.test.junit;

import dev.wearon.mutation.ServiceInThisJvm;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Stands in for the annotation of Quarkus, whose library is not on this class path. */
@ExtendWith(ServiceInThisJvm.class)
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface QuarkusTest {}
