package dev.wearon.client;

import dev.wearon.client.errors.WearOnException;
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

    private List<Picture> pictures;
    private String prompt;
    private GarmentType garmentType;
    private String shopperEmail;
    private boolean ageVerified;
    private String idempotencyKey;

    private TryOn(List<Picture> pictures) {
        this.pictures = pictures;
    }

    private TryOn(TryOn other) {
        pictures = other.pictures;
        prompt = other.prompt;
        garmentType = other.garmentType;
        shopperEmail = other.shopperEmail;
        ageVerified = other.ageVerified;
        idempotencyKey = other.idempotencyKey;
    }

    public static TryOn of(Picture person, Picture garment) {
        return new TryOn(List.of(person, garment));
    }

    /** With up to eight more pictures. */
    public TryOn accessories(Picture... accessories) {
        TryOn changed = new TryOn(this);
        changed.pictures = Stream.concat(pictures.stream().limit(2), Arrays.stream(accessories))
                .toList();
        return changed;
    }

    /** The words for the image model. Without them the service uses its own. */
    public TryOn prompt(String words) {
        TryOn changed = new TryOn(this);
        changed.prompt = words;
        return changed;
    }

    /** Without it the service finds out from the picture. */
    public TryOn garmentType(GarmentType type) {
        TryOn changed = new TryOn(this);
        changed.garmentType = type;
        return changed;
    }

    /**
     * Who tries on. Required if shoppers pay, or if the store limits the try-ons of a shopper. ASCII only, because
     * {@code java.net.http} cannot send other characters in a header.
     */
    public TryOn shopperEmail(String address) {
        TryOn changed = new TryOn(this);
        changed.shopperEmail = address;
        return changed;
    }

    /** The shopper has confirmed an age of 13 or older. Required: everything but {@code true} is refused. */
    public TryOn ageVerified(boolean verified) {
        TryOn changed = new TryOn(this);
        changed.ageVerified = verified;
        return changed;
    }

    /** 1 to 255 visible ASCII characters. Without it the client makes one for each create. */
    public TryOn idempotencyKey(String key) {
        TryOn changed = new TryOn(this);
        changed.idempotencyKey = key;
        return changed;
    }

    /**
     * The same try-on with the key and the uploads of an error, so that it is charged once. A key belongs to its uploads; with
     * files {@code tryOn} would upload them again, and the service would refuse the key.
     */
    public TryOn repeating(WearOnException error) {
        TryOn changed = error.pictures().isEmpty() ? new TryOn(this) : uploaded(error.pictures());
        return changed.idempotencyKey(error.idempotencyKey().orElse(null));
    }

    TryOn uploaded(List<String> urls) {
        TryOn changed = new TryOn(this);
        changed.pictures = urls.stream().map(Picture::uploaded).toList();
        return changed;
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

    String shopperEmail() {
        return shopperEmail;
    }

    String idempotencyKey() {
        return idempotencyKey;
    }
}
