package dev.wearon.credits.purchases;

import dev.wearon.identity.InvisibleCharacters;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** One e-mail address that can be the key of a wallet: {@code local@domain.tld} without inner blanks; or null. */
@Constraint(validatedBy = ShopperEmail.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@interface ShopperEmail {

    String message() default "must be one e-mail address of at most 254 characters";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Checks the length of the normalised address, because {@code credits.normal_email} can make it longer. */
    final class Validator implements ConstraintValidator<ShopperEmail, String> {

        private static final int MAX_LENGTH = 254;

        /** Excludes single surrogates (Cs), because PostgreSQL cannot store them. */
        private static final String PART = "[^\\s\\p{Cntrl}\\p{Cs}@]+";

        private static final Pattern PATTERN = Pattern.compile(
                "[ \\t\\r\\n]*%1$s@%1$s\\.%1$s[ \\t\\r\\n]*".formatted(PART), Pattern.UNICODE_CHARACTER_CLASS);

        @Override
        public boolean isValid(String email, ConstraintValidatorContext context) {
            Optional<String> invisible = Optional.ofNullable(email).flatMap(InvisibleCharacters::firstIn);
            if (invisible.isPresent()) {
                context.disableDefaultConstraintViolation();
                context.buildConstraintViolationWithTemplate(
                                "contains the invisible character " + invisible.get() + "; send the address without it")
                        .addConstraintViolation();
                return false;
            }
            return email == null || PATTERN.matcher(email).matches() && normalLength(email) <= MAX_LENGTH;
        }

        private static int normalLength(String email) {
            String normal = Normalizer.normalize(email.strip().toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
            return normal.codePointCount(0, normal.length());
        }
    }
}
