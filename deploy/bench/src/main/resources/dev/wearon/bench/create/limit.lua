-- Counts a call in each window, or in none of them if one is full. A window begins with its first call.
-- KEYS: a counter per window. ARGV: for each window its length in ms, and the limit.
-- Returns the calls left in the first window, or -1 if the call is refused.
for i = 1, #KEYS do
  if (redis.call('GET', KEYS[i]) or 0) + 0 >= ARGV[2 * i] + 0 then
    return -1
  end
end
local left = 0
for i = 1, #KEYS do
  local count = redis.call('INCR', KEYS[i])
  if count == 1 then
    redis.call('PEXPIRE', KEYS[i], ARGV[2 * i - 1])
  end
  if i == 1 then
    left = ARGV[2 * i] - count
  end
end
return left
