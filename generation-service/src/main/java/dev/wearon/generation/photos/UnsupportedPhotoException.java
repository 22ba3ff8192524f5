package dev.wearon.generation.photos;

import java.io.IOException;

/** A whole photo of a kind that cannot be decoded. The message names the kind, for shoppers, too: "an arithmetic-coded JPEG". */
final class UnsupportedPhotoException extends IOException {

    private static final long serialVersionUID = 1;

    UnsupportedPhotoException(String kind) {
        super(kind);
    }
}
