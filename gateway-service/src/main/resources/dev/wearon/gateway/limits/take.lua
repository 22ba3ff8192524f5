-- Takes one call from every window it is asked about, or from none of them.
--
-- KEYS: a hash per window. ARGV: for each of them the length of a bucket in ms, and the limit.
-- Answers {1 or 0, now, left, at, left, at, ...}: whether the call passes, the time, and for each window how many calls are
-- left and when the next one would pass if none is, else when the window is full again. Times are ms by the clock of Redis.
--
-- A window is BUCKETS buckets and the one under way, so that it is never shorter than it says. Its hash holds the count of
-- each bucket that is not empty under the bucket's number, and "total", "first" and "last" of them: mostly these are
-- all that is read, and the others are visited once, when they are over.

local BUCKETS = 60

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function ends(window, bucket)
  return (bucket + BUCKETS + 1) * window.length
end

-- Every bucket with its count, the oldest first.
local function buckets(window)
  local kept = redis.call('HGETALL', window.key)
  local found = {}
  for i = 1, #kept, 2 do
    local bucket = tonumber(kept[i])
    if bucket then
      found[#found + 1] = {bucket, tonumber(kept[i + 1])}
    end
  end
  table.sort(found, function(a, b) return a[1] < b[1] end)
  return found
end

local function forget(window)
  redis.call('DEL', window.key)
  window.total, window.count = 0, 0
end

local function drop_what_is_over(window)
  local oldest = window.now - BUCKETS
  if window.last < oldest then
    return forget(window)
  end
  local over = {}
  for _, bucket in ipairs(buckets(window)) do
    if bucket[1] >= oldest then
      window.first = bucket[1]
      break
    end
    over[#over + 1] = bucket[1]
    window.total = window.total - bucket[2]
  end
  redis.call('HDEL', window.key, unpack(over))
  window.written = false
end

local function read(key, length, limit)
  local window = {key = key, length = length, limit = limit, now = math.floor(now / length), written = true}
  local kept = redis.call('HMGET', key, 'total', 'first', 'last', window.now)
  window.total = tonumber(kept[1]) or 0
  window.first, window.last = tonumber(kept[2]), tonumber(kept[3])
  window.count = tonumber(kept[4]) or 0
  if window.total == 0 then
    return window
  end
  if window.last > window.now then
    -- The clock was set back: for a little, time stands still; for longer than a window, what is here says nothing.
    if window.last - window.now > BUCKETS then
      forget(window)
      return window
    end
    window.now = window.last
    window.count = tonumber(redis.call('HGET', key, window.last))
  end
  if window.first < window.now - BUCKETS then
    drop_what_is_over(window)
  end
  return window
end

local function write(window)
  redis.call('HSET', window.key, 'total', window.total, 'first', window.first, 'last', window.last)
end

local function take(window)
  window.total, window.count = window.total + 1, window.count + 1
  window.last = window.now
  if window.total == 1 then
    window.first = window.now
  end
  redis.call('HSET', window.key, 'total', window.total, 'first', window.first, 'last', window.last,
    window.now, window.count)
  if window.count == 1 then
    redis.call('PEXPIREAT', window.key, ends(window, window.last))
  end
end

-- When as many buckets are over as it takes for one more call; after a limit was lowered that may be several.
local function next_pass(window)
  local left = window.limit - window.total
  if left == 0 then
    return ends(window, window.first)
  end
  for _, bucket in ipairs(buckets(window)) do
    left = left + bucket[2]
    if left > 0 then
      return ends(window, bucket[1])
    end
  end
  return now
end

local windows, passes = {}, true
for i, key in ipairs(KEYS) do
  local window = read(key, tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i]))
  passes = passes and window.total < window.limit
  windows[i] = window
end

local answer = {passes and 1 or 0, now}
for _, window in ipairs(windows) do
  if passes then
    take(window)
  elseif not window.written then
    write(window)
  end
  local left = math.max(0, window.limit - window.total)
  answer[#answer + 1] = left
  if left == 0 then
    answer[#answer + 1] = next_pass(window)
  else
    answer[#answer + 1] = window.total == 0 and now or ends(window, window.last)
  end
end
return answer
