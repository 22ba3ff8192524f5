package dev.wearon.storage.urls;

import dev.wearon.http.Problem;
import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import dev.wearon.storage.images.FileFormat;
import dev.wearon.storage.images.ImageType;
import dev.wearon.storage.signing.SignedUrl;
import dev.wearon.storage.signing.SignedUrls;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.ResponseStatus;

/**
 * Hands out signed upload URLs. The upload will belong to the {@link Principal.OfStore#owner} of the caller; a kept one belongs to
 * the store alone. A URL that is never used leaves nothing behind.
 */
@Path("/api/v1/storage/uploads")
class UploadsResource {

    record Request(@NotNull @Size(min = 1, max = 10) List<@NotNull @Valid File> files) {}

    record File(
            @NotBlank @Size(max = 255) String fileName,
            @NotNull String contentType,

            @Positive(message = "must be the file's size in bytes, at least 1")
            long size,

            boolean keep) {}

    /**
     * The PUT must send exactly these {@code headers}, and at most {@code maxBytes}. GET {@code imageUrl} returns the
     * image after its upload.
     */
    record Upload(
            String path,
            String uploadUrl,
            String method,
            Map<String, String> headers,
            long maxBytes,
            String imageUrl,
            Instant expiresAt) {}

    record Answer(List<Upload> uploads) {}

    private final SignedUrls signedUrls;
    private final Objects objects;
    private final UploadsConfig config;
    private final Caller caller;

    UploadsResource(SignedUrls signedUrls, Objects objects, UploadsConfig config, Caller caller) {
        this.signedUrls = signedUrls;
        this.objects = objects;
        this.config = config;
        this.caller = caller;
    }

    @POST
    @RolesAllowed({Principal.Store.ROLE, Principal.ShopperToken.ROLE})
    @ResponseStatus(201)
    public Uni<Answer> createUrls(@NotNull @Valid Request request) {
        Principal.OfStore uploader = caller.ofStore();
        List<Upload> uploads = new ArrayList<>(request.files().size());
        for (File file : request.files()) {
            uploads.add(createUpload(uploader, file, "files[%d]".formatted(uploads.size())));
        }
        long kept = request.files().stream().filter(File::keep).count();
        return kept == 0
                ? Uni.createFrom().item(new Answer(uploads))
                : objects.countKept(uploader.storeId()).map(before -> {
                    if (before + kept > Objects.MAX_KEPT) {
                        throw Problem.of(
                                Problem.Code.KEPT_LIMIT_REACHED,
                                "The store keeps %,d images, and may keep %,d. Delete some of them first."
                                        .formatted(before, Objects.MAX_KEPT));
                    }
                    return new Answer(uploads);
                });
    }

    private Upload createUpload(Principal.OfStore uploader, File file, String entry) {
        ImageType type = ImageType.of(file.contentType()).orElseThrow(() -> wrongType(file.contentType(), entry));
        if (file.size() > config.uploadMaxBytes()) {
            throw Problem.invalid("%s.size may be at most %d bytes.".formatted(entry, config.uploadMaxBytes()));
        }
        if (file.keep()) {
            Keepers.require(uploader);
            if (uploader.shopper().isPresent()) {
                throw Problem.invalid(
                        entry + ".keep: a kept image belongs to the store alone. Send it without x-shopper-email.");
            }
        }
        String path = ObjectPath.newUpload(uploader.storeId(), type).text();
        SignedUrl write = signedUrls.write(path, type.contentType(), file.size(), uploader.owner(), file.keep());
        return new Upload(
                path,
                write.url(),
                HttpMethod.PUT,
                Map.of(HttpHeaders.CONTENT_TYPE, type.contentType()),
                file.size(),
                signedUrls.read(path).url(),
                write.expiresAt());
    }

    /** Says the same as the refusal of the bytes, so that a plugin can show it to the shopper. */
    private static Problem wrongType(String contentType, String entry) {
        String found = FileFormat.of(contentType)
                .map(format -> " This is %s. %s".formatted(format.what(), format.remedy()))
                .orElse("");
        return Problem.invalid(entry + ".content_type must be image/jpeg, image/png or image/webp." + found);
    }
}
