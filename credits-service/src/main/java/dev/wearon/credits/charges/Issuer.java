package dev.wearon.credits.charges;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Who issued a charge: the channel whose sessions it pays for, by its name. The ledger knows no list of them. */
@NotNull
@Pattern(regexp = "[a-z][a-z0-9-]{0,31}")
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@interface Issuer {

    /** Of a caller that names none: so does generation of the version before, which serves the sessions of stores only. */
    String DEFAULT = "b2b";

    String message() default "must be 1 to 32 of a-z, 0-9 and -, a letter first";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
