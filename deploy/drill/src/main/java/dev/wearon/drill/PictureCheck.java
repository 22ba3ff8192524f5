package dev.wearon.drill;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Checks that the gateway serves the pictures of completed sessions, in a random sample. */
record PictureCheck(GatewayClient gateway, long seed) {

    private static final int SAMPLE_SIZE = 50;

    CheckResult check(Observations observations, Collection<UUID> completed) throws InterruptedException {
        Map<UUID, Payer> payers = new LinkedHashMap<>();
        for (Observations.Acknowledged answer : observations.acknowledged()) {
            if (completed.contains(answer.session())) {
                payers.put(answer.session(), answer.payer());
            }
        }
        List<UUID> sessions = new ArrayList<>(payers.keySet());
        Collections.shuffle(sessions, new Random(seed));
        List<UUID> sample = sessions.subList(0, Math.min(SAMPLE_SIZE, sessions.size()));
        List<String> differences = new ArrayList<>();
        for (UUID session : sample) {
            problemWith(payers.get(session), session)
                    .ifPresent(problem -> differences.add("the picture of session %s: %s".formatted(session, problem)));
        }
        return new CheckResult(
                "the picture of a completed session can be downloaded (a sample)", sample.size(), differences);
    }

    private Optional<String> problemWith(Payer payer, UUID session) throws InterruptedException {
        try {
            Optional<URI> url = gateway.pictureUrl(payer, session);
            if (url.isEmpty()) {
                return Optional.of("the gateway has no URL for it");
            }
            HttpResponse<byte[]> picture = gateway.download(url.get());
            return picture.statusCode() == 200 && isJpeg(picture.body())
                    ? Optional.empty()
                    : Optional.of("answered %d with %d bytes".formatted(picture.statusCode(), picture.body().length));
        } catch (IOException noAnswer) {
            return Optional.of("no answer (" + noAnswer.getClass().getSimpleName() + ")");
        }
    }

    private static boolean isJpeg(byte[] bytes) {
        return bytes.length > 3 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xD8 && bytes[2] == (byte) 0xFF;
    }
}
