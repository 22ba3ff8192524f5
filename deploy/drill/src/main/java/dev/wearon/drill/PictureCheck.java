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

/** Whether the pictures of acknowledged sessions that were completed can be had from the gateway. */
record PictureCheck(GatewayClient shop, long seed) {

    private static final int SAMPLE = 50;

    Finding check(Observations seen, Collection<UUID> completed) throws InterruptedException {
        Map<UUID, Account> buyers = new LinkedHashMap<>();
        for (Observations.Acknowledged told : seen.acknowledged()) {
            if (completed.contains(told.session())) {
                buyers.put(told.session(), told.buyer());
            }
        }
        List<UUID> sessions = new ArrayList<>(buyers.keySet());
        Collections.shuffle(sessions, new Random(seed));
        List<UUID> sample = sessions.subList(0, Math.min(SAMPLE, sessions.size()));
        List<String> differences = new ArrayList<>();
        for (UUID session : sample) {
            fault(buyers.get(session), session)
                    .ifPresent(fault -> differences.add("the picture of session %s: %s".formatted(session, fault)));
        }
        return new Finding("5", "a completed session's picture can be fetched (a sample)", sample.size(), differences);
    }

    private Optional<String> fault(Account buyer, UUID session) throws InterruptedException {
        try {
            Optional<URI> url = shop.picture(buyer, session);
            if (url.isEmpty()) {
                return Optional.of("the gateway names none");
            }
            HttpResponse<byte[]> picture = shop.download(url.get());
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
