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

/** The issuer of a charge: the name of the channel whose session it pays for. The ledger has no list of channels. */
@NotNull
@Pattern(regexp = Issuer.REGEXP)
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@interface Issuer {

    /** The issuer of a call that names none: a generation service of an earlier version serves only stores. */
    String DEFAULT = "b2b";

    String REGEXP = "[a-z][a-z0-9-]{0,31}";

    String MESSAGE = "must be 1 to 32 of a-z, 0-9 and -, a letter first";

    String message() default MESSAGE;

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
