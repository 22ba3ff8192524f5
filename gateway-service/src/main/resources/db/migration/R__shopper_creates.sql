-- Counts the creates of a shopper token. Functions, because every statement of a function sees what was committed before it
-- began: the counts are read after the lock was granted.

CREATE OR REPLACE FUNCTION gateway.take_create(of_token uuid, of_store uuid, with_key text, anonymous_per_day integer)
    RETURNS text
    LANGUAGE plpgsql AS
$$
DECLARE
    token gateway.shopper_tokens;
    today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
BEGIN
    -- The creates of one token wait for each other here, in all gateways.
    SELECT *
      INTO token
      FROM gateway.shopper_tokens
     WHERE id = of_token
       AND store_id = of_store
       FOR UPDATE;

    UPDATE gateway.shopper_creates
       SET requests = requests + 1
     WHERE token_id = of_token
       AND store_id = of_store
       AND idempotency_key = with_key;
    IF FOUND THEN
        RETURN 'taken';
    END IF;

    -- A token that was deleted since it was checked has no slot: its maximum is null.
    IF ((SELECT count(*)
           FROM gateway.shopper_creates
          WHERE token_id = of_token
            AND store_id = of_store) < token.max_generations) IS NOT TRUE THEN
        RETURN 'exhausted';
    END IF;

    IF token.shopper IS NULL THEN
        INSERT INTO gateway.anonymous_creates AS counted (store_id, day, creates)
        SELECT of_store, today, 1
         WHERE anonymous_per_day > 0
            ON CONFLICT (store_id, day) DO UPDATE
           SET creates = counted.creates + 1
         WHERE counted.creates < anonymous_per_day;
        IF NOT FOUND THEN
            RETURN 'day_full';
        END IF;
    END IF;

    INSERT INTO gateway.shopper_creates (token_id, store_id, idempotency_key, anonymous_day)
    VALUES (of_token, of_store, with_key, CASE WHEN token.shopper IS NULL THEN today END);
    RETURN 'taken';
END
$$;

COMMENT ON FUNCTION gateway.take_create(uuid, uuid, text, integer) IS
    'Takes a slot of the token; a repeat of an Idempotency-Key has its slot already. Returns taken, exhausted or day_full.';

CREATE OR REPLACE FUNCTION gateway.give_create_back(of_token uuid, of_store uuid, with_key text)
    RETURNS void
    LANGUAGE plpgsql AS
$$
DECLARE
    counted_on date;
BEGIN
    PERFORM
       FROM gateway.shopper_tokens
      WHERE id = of_token
        AND store_id = of_store
        FOR UPDATE;

    -- With a second request the refusal of this one says nothing: the other one may have created the try-on.
    DELETE FROM gateway.shopper_creates
     WHERE token_id = of_token
       AND store_id = of_store
       AND idempotency_key = with_key
       AND requests = 1
    RETURNING anonymous_day INTO counted_on;

    UPDATE gateway.anonymous_creates
       SET creates = creates - 1
     WHERE store_id = of_store
       AND day = counted_on;
END
$$;

COMMENT ON FUNCTION gateway.give_create_back(uuid, uuid, text) IS
    'Gives the slot of a refused create back, if no other request had its Idempotency-Key.';
