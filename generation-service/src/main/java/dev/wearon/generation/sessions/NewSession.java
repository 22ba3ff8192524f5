package dev.wearon.generation.sessions;

import dev.wearon.generation.channels.Owner;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A session about to be made. Its id is made before anything else, as it is the charge's id too.
 *
 * @param imagePaths the objects behind {@code imageUrls}, same order
 * @param details what its channel's table has beyond the common columns, by column; one that is left out stays empty
 */
public record NewSession(
        UUID id,
        Owner owner,
        List<String> imageUrls,
        List<String> imagePaths,
        String prompt,
        int credits,
        String requestId,
        Map<String, String> details) {}
