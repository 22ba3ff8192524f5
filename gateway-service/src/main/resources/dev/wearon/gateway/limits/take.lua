-- Counts calls in every window, or in none of them if one window is full.
--
-- KEYS: a hash per window. ARGV: for each window the length of a bucket in ms, and the limit; then the number of calls, if it
-- is not 1. Of several calls, only as many are counted as all windows have left.
-- Returns {counted, now, left, at, left, at, ...}: how many calls pass, the time, and two numbers per window. "left" is the
-- number of calls left. "at" is the time when the next call passes if none is left, or else when the window is empty again.
-- Times are in ms by the clock of Redis.
--
-- A window has BUCKETS buckets plus the current one, so that it is never shorter than its nominal length. Its hash has the
-- count of each non-empty bucket under the bucket's number, and the fields "total", "first" and "last". Usually only these
-- fields are read. Other buckets are read once, when they expire.
--
-- This script runs for every request of every store. So the usual path creates no functions, converts few numbers to text,
-- and writes only changes. This saves a fifth of its time.

local BUCKETS = 60

local call, floor, format = redis.call, math.floor, string.format
local clock = call('TIME')
local now = clock[1] * 1000 + floor(clock[2] / 1000)
local windows, passes = {}, (ARGV[2 * #KEYS + 1] or 1) + 0

-- The buckets of a window with their counts, oldest first.
local function buckets(key)
  local kept, found = call('HGETALL', key), {}
  for i = 1, #kept, 2 do
    local bucket = tonumber(kept[i])
    if bucket then
      found[#found + 1] = {bucket, tonumber(kept[i + 1])}
    end
  end
  table.sort(found, function(a, b) return a[1] < b[1] end)
  return found
end

for i = 1, #KEYS do
  local key, length, limit = KEYS[i], ARGV[2 * i - 1] + 0, ARGV[2 * i] + 0
  local bucket = floor(now / length)
  local field = format('%d', bucket)
  local kept = call('HMGET', key, 'total', 'first', 'last', field)
  local total, first, last, count = (kept[1] or 0) + 0, bucket, bucket, (kept[4] or 0) + 0
  local moved = false
  if total > 0 then
    first, last = kept[2] + 0, kept[3] + 0
    -- The clock was set back: keep the last time, or discard the data if it was more than a window.
    if last > bucket and last - bucket <= BUCKETS then
      bucket, field = last, kept[3]
      count = call('HGET', key, field) + 0
    end
    local oldest = bucket - BUCKETS
    if last > bucket or last < oldest then
      call('DEL', key)
      total, first, last, count = 0, bucket, bucket, 0
    elseif first < oldest then
      local over = {}
      for _, kept_bucket in ipairs(buckets(key)) do
        first = kept_bucket[1]
        if first >= oldest then
          break
        end
        over[#over + 1] = format('%d', first)
        total = total - kept_bucket[2]
      end
      call('HDEL', key, unpack(over))
      moved = true
    end
  end
  if limit - total < passes then
    passes = limit - total
  end
  windows[i] = {
    key = key, length = length, limit = limit, bucket = bucket, field = field,
    total = total, first = first, last = last, count = count, moved = moved
  }
end

if passes < 0 then
  passes = 0
end
local answer = {passes, now}
for i = 1, #KEYS do
  local window = windows[i]
  local key, total = window.key, window.total
  if passes > 0 then
    total = total + passes
    window.last = window.bucket
    if window.count == 0 then
      call('HSET', key, 'total', total, 'first', format('%d', window.first), 'last', window.field, window.field, passes)
      call('PEXPIREAT', key, format('%d', (window.bucket + BUCKETS + 1) * window.length))
    else
      call('HSET', key, 'total', total, window.field, window.count + passes)
    end
  end
  if window.moved and (passes == 0 or window.count > 0) then
    call('HSET', key, 'total', total, 'first', format('%d', window.first))
  end
  local left, frees = window.limit - total, window.last
  if left <= 0 then
    -- The next call passes when the first bucket expires; after a lowered limit several buckets must expire.
    frees = window.first
    if left < 0 then
      for _, kept_bucket in ipairs(buckets(key)) do
        left = left + kept_bucket[2]
        frees = kept_bucket[1]
        if left > 0 then
          break
        end
      end
    end
    left = 0
  end
  answer[2 * i + 1] = left
  answer[2 * i + 2] = total == 0 and now or (frees + BUCKETS + 1) * window.length
end
return answer
