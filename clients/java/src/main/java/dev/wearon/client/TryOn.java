package dev.wearon.client;

import dev.wearon.client.errors.TryOnFailedException;
import dev.wearon.client.errors.WearOnException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a try-on needs. Immutable: each method returns a changed copy. */
public final class TryOn {

    /** Where the garment is worn. */
    public enum GarmentType {
        UPPER,
        LOWER,
        DRESS;

        String onTheWire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Person, garment and eight accessories. */
    private static final int MOST_PICTURES = 10;

    private final List<Picture> pictures;
    private final String prompt;
    private final GarmentType garmentType;
    private final Duration deadline;
    private final String shopperEmail;
    private final boolean ageVerified;
    private final String idempotencyKey;

    private TryOn(
            List<Picture> pictures,
            String prompt,
            GarmentType garmentType,
            Duration deadline,
            String shopperEmail,
            boolean ageVerified,
            String idempotencyKey) {
        this.pictures = pictures;
        this.prompt = prompt;
        this.garmentType = garmentType;
        this.deadline = deadline;
        this.shopperEmail = shopperEmail;
        this.ageVerified = ageVerified;
        this.idempotencyKey = idempotencyKey;
    }

    public static TryOn of(Picture person, Picture garment) {
        return new TryOn(List.of(person, garment), null, null, null, null, false, null);
    }

    /** With up to eight more pictures. */
    public TryOn accessories(Picture... accessories) {
        return with(Stream.concat(pictures.stream().limit(2), Arrays.stream(accessories))
                .toList());
    }

    /** The words for the image model. Without them the service uses its own. */
    public TryOn prompt(String words) {
        return new TryOn(pictures, words, garmentType, deadline, shopperEmail, ageVerified, idempotencyKey);
    }

    /** Without it the service finds out from the picture. */
    public TryOn garmentType(GarmentType type) {
        return new TryOn(pictures, prompt, type, deadline, shopperEmail, ageVerified, idempotencyKey);
    }

    /** A try-on that is unfinished after this time, in whole seconds up to an hour, fails, and its credit comes back. */
    public TryOn deadline(Duration time) {
        return new TryOn(pictures, prompt, garmentType, time, shopperEmail, ageVerified, idempotencyKey);
    }

    /**
     * Who tries on. Required if shoppers pay, or if the store limits the try-ons of a shopper. ASCII only, because
     * {@code java.net.http} cannot send other characters in a header.
     */
    public TryOn shopperEmail(String address) {
        return new TryOn(pictures, prompt, garmentType, deadline, address, ageVerified, idempotencyKey);
    }

    /** The shopper has confirmed an age of 13 or older. Required: everything but {@code true} is refused. */
    public TryOn ageVerified(boolean verified) {
        return new TryOn(pictures, prompt, garmentType, deadline, shopperEmail, verified, idempotencyKey);
    }

    /** 1 to 255 visible ASCII characters. Without it the client makes one for each create. */
    public TryOn idempotencyKey(String key) {
        return new TryOn(pictures, prompt, garmentType, deadline, shopperEmail, ageVerified, key);
    }

    /**
     * The same try-on with the key and the uploads of an error, so that it is charged once. A key belongs to its uploads; with
     * files {@code tryOn} would upload them again, and the service would refuse the key. If nothing was created yet, the key
     * stays that of this request. After a try-on that failed there is none, because a repeat must be a new try-on.
     */
    public TryOn repeating(WearOnException error) {
        TryOn changed = error.pictures().isEmpty() ? this : uploaded(error.pictures());
        return changed.idempotencyKey(
                error instanceof TryOnFailedException
                        ? null
                        : error.idempotencyKey().orElse(idempotencyKey));
    }

    TryOn uploaded(List<String> urls) {
        return with(urls.stream().map(Picture::uploaded).toList());
    }

    private TryOn with(List<Picture> others) {
        return new TryOn(others, prompt, garmentType, deadline, shopperEmail, ageVerified, idempotencyKey);
    }

    /** Refuses what the service would refuse after the uploads. */
    void check() {
        if (!ageVerified) {
            throw new WearOnException(
                    "AGE_VERIFICATION_REQUIRED",
                    "ageVerified must be true: the shopper has to confirm an age of 13 or older.");
        }
        if (pictures.size() > MOST_PICTURES) {
            throw new WearOnException("VALIDATION_ERROR", "A try-on takes at most " + MOST_PICTURES + " pictures.");
        }
        if (idempotencyKey != null && !idempotencyKey.matches("[!-~]{1,255}")) {
            throw new WearOnException(
                    "VALIDATION_ERROR", "idempotencyKey must have 1 to 255 visible ASCII characters.");
        }
        if (shopperEmail != null) {
            checkedEmail(shopperEmail);
        }
    }

    /** An address that can be a header. It is not in the message, because it is personal data. */
    static String checkedEmail(String address) {
        if (!address.matches("[ -~]{1,254}")) {
            throw new WearOnException(
                    "VALIDATION_ERROR",
                    "shopperEmail must be one e-mail address of ASCII characters: java.net.http sends no others.");
        }
        return address;
    }

    List<Picture> pictures() {
        return pictures;
    }

    String prompt() {
        return prompt;
    }

    GarmentType garmentType() {
        return garmentType;
    }

    Duration deadline() {
        return deadline;
    }

    String shopperEmail() {
        return shopperEmail;
    }

    String idempotencyKey() {
        return idempotencyKey;
    }
}
