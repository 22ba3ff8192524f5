package dev.wearon.storage.signing;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/** Creates signed URLs with the configured lifetimes. */
@ApplicationScoped
public class SignedUrls {

    private final Signer signer;
    private final PublicUrl publicUrl;
    private final SigningConfig config;
    private final Clock clock;

    SignedUrls(Signer signer, PublicUrl publicUrl, SigningConfig config, Clock clock) {
        this.signer = signer;
        this.publicUrl = publicUrl;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Signs a PUT of at most {@code maxBytes} of {@code contentType}.
     *
     * @param owner whom the object will belong to within its store; empty: to the store alone
     * @param kept whether the object will live until it is deleted; then it has no owner
     */
    public SignedUrl write(String path, String contentType, long maxBytes, Optional<UUID> owner, boolean kept) {
        return url(new Permission.Write(path, after(config.uploadUrlLifetime()), contentType, maxBytes, owner, kept));
    }

    /** Signs GET and HEAD of an object that may not exist yet. */
    public SignedUrl read(String path) {
        return url(new Permission.Read(path, after(config.downloadUrlLifetime())));
    }

    /** Signs GET and HEAD, at most until {@code end}, the time at which the object expires. */
    public SignedUrl read(String path, Instant end) {
        Instant expiry = after(config.downloadUrlLifetime());
        Instant last = end.truncatedTo(ChronoUnit.SECONDS);
        return url(new Permission.Read(path, expiry.isBefore(last) ? expiry : last));
    }

    private SignedUrl url(Permission permission) {
        return new SignedUrl(publicUrl.of(permission.path()) + "?" + signer.query(permission), permission.expiresAt());
    }

    private Instant after(Duration lifetime) {
        return clock.instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
    }
}
