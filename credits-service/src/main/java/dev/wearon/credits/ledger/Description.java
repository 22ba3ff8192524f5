package dev.wearon.credits.ledger;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A text that explains a movement: up to 500 characters, or absent. PostgreSQL cannot store the character NUL. */
@Size(max = 500)
@Pattern(regexp = "[^\\x00]*")
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface Description {

    String message() default "must be at most 500 characters, none of them NUL";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
