package dev.wearon.generation.sessions;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A session about to be made. Its id is made before anything else, as it is the charge's id too.
 *
 * @param imagePaths the objects behind {@code imageUrls}, same order
 */
record NewSession(
        UUID id,
        UUID storeId,
        Optional<String> shopperEmail,
        List<String> imageUrls,
        List<String> imagePaths,
        String prompt,
        int credits,
        String requestId) {}
