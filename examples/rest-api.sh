#!/usr/bin/env bash
# The whole of both HTTP APIs with curl: the predecessor's device API, then every operation of the v1 API, in the order in which a
# backend would meet them. Each line says what was asked and what came; the first answer that is not the expected one ends it with 1.
#
#   bash examples/rest-api.sh                 starts an APNs simulator and a server of its own, in a folder that goes away
#   CLI="npx ios-notifications" bash …        which ios-notifications that is
#
# Needs curl and Node.js.
set -euo pipefail -m

CLI=${CLI:-npx ios-notifications}
folder=$(mktemp -d)
export IOS_NOTIFICATIONS_DATABASE="sqlite:$folder/example.sqlite"
processes=()
cleanup() {
  # Each is a group of processes: npx starts another one.
  for process in "${processes[@]}"; do kill -- "-$process" 2> "$folder/kill.log" || true; done
  wait
  rm -rf "$folder"
}
trap cleanup EXIT

# --- What is needed: a simulator of APNs, a superuser, a server that answers on both APIs -------------------------------------

# json FILE EXPRESSION: a value out of a JSON file, `it` being what it holds.
json() { node -e 'const it = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(eval(process.argv[2]))' "$@"; }
# until_there FILE PATTERN: waits for a line, as for a server that says that it listens.
until_there() { for _ in $(seq 600); do grep -q "$2" "$1" 2> "$folder/grep.log" && return; sleep 0.1; done; cat "$1" >&2; exit 1; }

$CLI simulator --port 0 --dir "$folder/simulator" --json > "$folder/simulator.json" & processes+=($!)
printf 'open sesame' | $CLI user create root --staff --superuser --password-stdin > "$folder/user.txt"
printf 'secret words' | $CLI user create ann --password-stdin >> "$folder/user.txt"
IOS_NOTIFICATIONS_AUTHENTICATION=AuthBasic IOS_NOTIFICATIONS_PORT=0 $CLI serve > "$folder/serve.txt" 2>&1 & processes+=($!)
until_there "$folder/simulator.json" '}'
until_there "$folder/serve.txt" 'http://127'
base=$(grep -o 'http://127[^ /"]*' "$folder/serve.txt" | head -1)
v1=$base/api/v1
old=$base/ios-notifications
control=$(json "$folder/simulator.json" it.controlUrl)
answer=$folder/answer.json

# ask STATUS METHOD URL [curl's options…]: makes a request; the answer's body is in $answer. `who` says as whom.
ask() {
  local expected=$1 method=$2 url=$3 status
  shift 3
  status=$(curl --silent --show-error --request "$method" "${who[@]}" --output "$answer" --write-out '%{http_code}' "$@" "$url")
  printf '%-6s %-60s %s\n' "$method" "${url#"$base"}" "$status"
  if [ "$status" != "$expected" ]; then echo "expected was $expected; the answer:" >&2; cat "$answer" >&2; exit 1; fi
}
# send STATUS METHOD URL JSON [curl's options…]: the same with a JSON body.
send() { local status=$1 method=$2 url=$3 body=$4; shift 4; ask "$status" "$method" "$url" --header 'content-type: application/json' --data "$body" "$@"; }
id() { json "$answer" it.id; }

as_nobody=(--user 'nobody:wrong')
as_ann=(--user 'ann:secret words')
as_root=(--user 'root:open sesame')
token=0fd12510cfe6b0a4a89dc7369d96df956f991e66131dab63398734e8000d0029
other=97bc2e598e1a11e2bacfb8f6b113c99597bd77428e1a11e2ae36b8f6b113c995

echo '# Health, and what there is'
who=()
ask 200 GET "$base/healthz"
ask 200 GET "$v1/openapi.json"
ask 200 GET "$base/api/docs/"
ask 401 GET "$v1/services"
ask 200 GET "$v1/setup"

echo '# Services'
who=("${as_root[@]}")
service_input=$(json "$folder/simulator.json" 'JSON.stringify({ name: "simulator", hostname: it.hostname, port: it.port, topic: "com.example.app", ca: it.ca ?? require("fs").readFileSync(it.caFile, "utf8"), key: { p8: it.key?.p8 ?? require("fs").readFileSync(it.keyFile, "utf8"), keyId: it.key?.keyId ?? it.keyId, teamId: it.key?.teamId ?? it.teamId } })')
send 200 POST "$v1/services/inspect" "$service_input"
send 201 POST "$v1/services" "$service_input"
service=$(id)
send 409 POST "$v1/services" "$service_input"
send 400 POST "$v1/services" '{ "name": "no credential" }'
ask 200 GET "$v1/services"
ask 200 GET "$v1/services/$service" --dump-header "$folder/headers.txt"
etag=$(sed -n 's/^etag: *\(.*\)\r$/\1/ip' "$folder/headers.txt")
ask 304 GET "$v1/services/$service" --header "if-none-match: $etag"
send 200 PATCH "$v1/services/$service" '{ "maxPerSecond": 100000 }' --header "if-match: $etag"
send 412 PATCH "$v1/services/$service" '{ "maxPerSecond": null }' --header "if-match: $etag"
ask 200 POST "$v1/services/$service/check"
[ "$(json "$answer" it.isUsable)" = true ]

echo "# The predecessor's device API"
who=("${as_nobody[@]}")
ask 401 POST "$old/device/" --data "token=$token&service=$service"
who=("${as_ann[@]}")
ask 201 POST "$old/device/" --data "token=$token&service=$service"
ask 200 POST "$old/device/" --data "token=$token&service=$service"
ask 400 POST "$old/device/" --data 'token=xyz'
ask 200 GET "$old/device/$token/$service/"
ask 404 GET "$old/device/$other/$service/"
ask 200 PUT "$old/device/$token/$service/" --data 'platform=iPhone&display=1179x2556&os_version=17.1&users=2'
ask 400 PUT "$old/device/$other/$service/" --data 'platform=iPhone'
ask 405 DELETE "$old/device/$token/$service/"
ask 405 GET "$old/device/"

echo '# API tokens'
who=("${as_root[@]}")
send 201 POST "$v1/tokens" '{ "name": "the backend", "scopes": ["devices", "push"], "expiresAt": null }'
secret=$(json "$answer" it.secret)
backend=$(id)
ask 200 GET "$v1/tokens"
ask 200 GET "$v1/tokens/$backend"
as_backend=(--header "authorization: Bearer $secret")

echo '# Users'
send 201 POST "$v1/users" '{ "username": "bob" }'
bob=$(id)
ask 200 GET "$v1/users?username=b"
ask 200 GET "$v1/users/$bob"
send 200 PATCH "$v1/users/$bob" '{ "email": "bob@example.com", "isStaff": true }'
send 204 PUT "$v1/users/$bob/password" '{ "password": "a new password" }'
who=("${as_backend[@]}")
send 403 POST "$v1/users" '{ "username": "eve" }'

echo '# Devices'
send 201 POST "$v1/devices" "{ \"token\": \"$other\", \"service\": $service, \"platform\": \"iPhone\", \"osVersion\": \"18.2\", \"locale\": \"de-AT\", \"timeZone\": \"Europe/Vienna\", \"tags\": [\"beta\"], \"attributes\": { \"plan\": \"pro\" } }"
device=$(id)
send 200 POST "$v1/devices" "{ \"token\": \"$other\", \"service\": $service }"
send 400 POST "$v1/devices" "{ \"token\": \"xyz\", \"service\": $service }"
ask 200 GET "$v1/devices?service=$service&platform=iPhone&osVersionFrom=18&tag=beta"
ask 200 GET "$v1/devices?tokenPrefix=97bc"
ask 200 GET "$v1/devices/count?isActive=true"
ask 200 GET "$v1/devices/$device"
send 200 PATCH "$v1/devices/$device" "{ \"appVersion\": \"2.1\", \"users\": [$bob] }"
ask 200 GET "$v1/devices?user=$bob"
ask 200 GET "$v1/users/$bob/devices"
ask 200 POST "$v1/devices/$device/deactivate"
ask 200 POST "$v1/devices/$device/reactivate"
send 200 POST "$v1/devices/deactivate" "{ \"devices\": [$device] }"
send 200 POST "$v1/devices/reactivate" "{ \"service\": $service, \"tokens\": [\"$other\"] }"
{ echo token,platform; for n in $(seq 1 500); do printf '%064x,iPad\n' "$n"; done; echo 'no token,iPad'; } > "$folder/devices.csv"
ask 200 POST "$v1/devices/import?service=$service" --header 'content-type: text/csv' --data-binary "@$folder/devices.csv"
[ "$(json "$answer" 'it.created + " " + it.faultCount')" = '500 1' ]
ask 200 GET "$v1/devices/export?format=csv&platform=iPad" --compressed
[ "$(wc -l < "$answer")" -eq 501 ]
ask 200 GET "$v1/devices/export?format=ndjson" --compressed

echo '# Notifications'
send 200 POST "$v1/notifications/preview" "{ \"service\": $service, \"message\": \"Hello\" }"
send 201 POST "$v1/notifications" "{ \"service\": $service, \"message\": \"Some message\", \"badge\": 1, \"customPayload\": { \"order\": 7 } }"
notification=$(id)
ask 200 GET "$v1/notifications?service=$service"
ask 200 GET "$v1/notifications/$notification"
send 200 PATCH "$v1/notifications/$notification" '{ "title": "A title" }'

echo '# Pushes'
ended() { for _ in $(seq 300); do ask 200 GET "$v1/pushes/$1" > "$folder/poll.txt"; [ "$(json "$answer" 'it.finishedAt !== null')" = true ] && return; sleep 0.1; done; exit 1; }
send 200 POST "$v1/pushes" "{ \"notification\": $notification, \"dryRun\": true }"
[ "$(json "$answer" 'it.audienceSize + " " + it.problems.length')" = '502 0' ]
send 201 POST "$v1/pushes" "{ \"notification\": $notification }" --header 'idempotency-key: order-7'
push=$(id)
send 201 POST "$v1/pushes" "{ \"notification\": $notification }" --header 'idempotency-key: order-7'
[ "$(id)" = "$push" ]
send 422 POST "$v1/pushes" "{ \"notification\": $notification, \"devices\": [$device] }" --header 'idempotency-key: order-7'
ask 200 GET "$v1/pushes/$push/events" --no-buffer
ended "$push"
[ "$(json "$answer" 'it.accepted + " " + it.state')" = '502 done' ]
send 201 POST "$v1/pushes" "{ \"notification\": { \"service\": $service, \"message\": \"Hi\" }, \"where\": { \"and\": [{ \"tags\": [\"beta\"] }, { \"not\": { \"platform\": [\"iPad\"] } }] } }"
some=$(id)
ended "$some"
[ "$(json "$answer" it.accepted)" = 1 ]
ask 200 GET "$v1/pushes?service=$service&state=done&order=desc"
ask 200 GET "$v1/pushes/$push"
ask 200 GET "$v1/pushes/$push/deliveries"
ask 200 GET "$v1/pushes/$push/reasons"
send 201 POST "$v1/pushes" "{ \"notification\": $notification, \"at\": \"2035-01-01T09:00:00Z\" }"
later=$(id)
ask 200 POST "$v1/pushes/$later/pause"
ask 200 POST "$v1/pushes/$later/resume"
send 200 POST "$v1/pushes/$later/cancel" '{ "reason": "not wanted any more" }'
ended "$later"
send 400 POST "$v1/pushes/$push/retry" '{}'
# The simulator says to one device that it can't now; with a single attempt that is final, and worth another push.
curl --silent --show-error --output "$folder/ordered.txt" --data '{ "reason": "InternalServerError", "count": 1 }' "$control/answer"
send 201 POST "$v1/pushes" "{ \"notification\": $notification, \"devices\": [$device], \"maxAttempts\": 1 }"
failed=$(id)
ended "$failed"
[ "$(json "$answer" it.rejected)" = 1 ]
send 201 POST "$v1/pushes/$failed/retry" '{}'
again=$(id)
ended "$again"
[ "$(json "$answer" 'it.retryOf + " " + it.accepted')" = "$failed 1" ]
# Another device loses the app: Apple says 410, and the device is switched off.
curl --silent --show-error --output "$folder/ordered.txt" --data "{ \"tokens\": [\"$token\"] }" "$control/unregister"
send 201 POST "$v1/pushes" "{ \"notification\": $notification, \"tokens\": [\"$token\"] }"
gone=$(id)
ended "$gone"
[ "$(json "$answer" it.rejected)" = 1 ]
ask 200 GET "$v1/devices/$device/timeline"

echo '# Schedules'
send 201 POST "$v1/schedules" "{ \"cron\": \"0 9 * * MON-FRI\", \"timeZone\": \"Europe/Berlin\", \"notification\": $notification }"
schedule=$(id)
ask 200 GET "$v1/schedules"
ask 200 GET "$v1/schedules/$schedule"
ask 200 GET "$v1/schedules/$schedule/times?count=3"
ask 200 POST "$v1/schedules/$schedule/pause"
ask 200 POST "$v1/schedules/$schedule/resume"
ask 204 DELETE "$v1/schedules/$schedule"

echo '# Feedback and statistics'
who=("${as_root[@]}")
send 201 POST "$v1/feedback-services" "{ \"name\": \"feedback\", \"hostname\": \"feedback.push.apple.com\", \"service\": $service }"
feedback_service=$(id)
ask 200 GET "$v1/feedback-services"
ask 200 GET "$v1/feedback-services/$feedback_service"
send 200 PATCH "$v1/feedback-services/$feedback_service" '{ "name": "other" }'
ask 200 POST "$v1/feedback-services/$feedback_service/call"
ask 204 DELETE "$v1/feedback-services/$feedback_service"
ask 200 GET "$v1/feedback?service=$service"
entry=$(json "$answer" 'it.items[0].id')
send 200 POST "$v1/feedback/undo" "{ \"entries\": [$entry] }"
ask 200 GET "$v1/stats?service=$service"
ask 200 GET "$v1/stats/minutes?service=$service&minutes=60"
ask 200 GET "$v1/workers"

echo '# Sessions of a browser'
who=()
send 401 POST "$v1/session" '{ "username": "root", "password": "wrong" }'
send 200 POST "$v1/session" '{ "username": "root", "password": "open sesame" }' --cookie-jar "$folder/cookies.txt"
csrf=$(json "$answer" it.csrfToken)
who=(--cookie "$folder/cookies.txt")
ask 200 GET "$v1/session"
who=()
send 200 POST "$v1/session" '{ "username": "root", "password": "open sesame" }' --cookie-jar "$folder/other.txt"
who=(--cookie "$folder/cookies.txt")
ask 200 GET "$v1/sessions"
elsewhere=$(json "$answer" 'it.items.find((session) => !session.isCurrent).id')
ask 204 DELETE "$v1/sessions/$elsewhere" --header "x-csrf-token: $csrf"
send 403 PATCH "$v1/services/$service" '{ "maxPerSecond": null }'
send 200 PATCH "$v1/services/$service" '{ "maxPerSecond": null }' --header "x-csrf-token: $csrf"
send 200 PUT "$v1/session/password" '{ "current": "open sesame", "password": "open sesame" }' --header "x-csrf-token: $csrf" --cookie-jar "$folder/cookies.txt"
csrf=$(json "$answer" it.csrfToken)
ask 204 DELETE "$v1/session" --header "x-csrf-token: $csrf"
ask 401 GET "$v1/session"

echo '# What was done, and the end'
who=("${as_root[@]}")
ask 200 GET "$v1/audit-log?limit=10"
ask 200 POST "$v1/tokens/$backend/revoke"
ask 204 DELETE "$v1/notifications/$notification"
ask 204 DELETE "$v1/devices/$device"
ask 204 DELETE "$v1/users/$bob"
ask 409 DELETE "$v1/services/$service"
ask 204 DELETE "$v1/services/$service?cascade=true"
ask 404 GET "$v1/services/$service"
ask 405 PUT "$v1/services"
who=("${as_backend[@]}")
ask 401 GET "$v1/devices"
echo 'All of it was answered as expected.'
