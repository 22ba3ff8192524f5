package dev.wearon.generation.sessions;

import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.garments.GarmentType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A session to be inserted. Its id is also the charge's id.
 *
 * @param imagePaths the objects behind {@code imageUrls}, in the same order
 * @param garmentType as sent; empty if the image model is to judge it
 * @param deadline from the insert; an unfinished session fails then
 * @param details values of the columns that only this channel has, by column; an absent column stays null
 */
public record NewSession(
        UUID id,
        Owner owner,
        List<String> imageUrls,
        List<String> imagePaths,
        String prompt,
        Optional<GarmentType> garmentType,
        int credits,
        Duration deadline,
        String requestId,
        Map<String, String> details) {}
