package dev.wearon.bench;

/** The two ways of choosing whom to claim that are compared. Both take owner, lease in seconds, attempts allowed. */
enum ClaimSide {
    /** The reference: the oldest session that nobody works on, whose ever it is. */
    OLDEST_FIRST("""
            UPDATE generation.store_generation_sessions
               SET status = 'processing', attempts = attempts + 1, lease_owner = $1,
                   lease_until = now() + make_interval(secs => $2)
             WHERE id = (
                   SELECT id
                     FROM generation.store_generation_sessions
                    WHERE status IN ('queued', 'processing') AND lease_until <= now() AND attempts < $3
                    ORDER BY created_at
                    LIMIT 1
                      FOR UPDATE SKIP LOCKED)
            RETURNING id, store_id, attempts, image_paths, prompt_system, request_id
            """),
    /** What the workers call; the function is the migration's. */
    TURNS("""
            SELECT id, store_id, attempts, image_paths, prompt_system, request_id
              FROM generation.claim($1, make_interval(secs => $2), $3)
            """);

    private final String statement;

    ClaimSide(String statement) {
        this.statement = statement;
    }

    String statement() {
        return statement;
    }
}
