#!/bin/sh
# Writes docs/api-transcript.md: a newcomer's conversation with a running house (`make run`), by curl alone.
# Needs curl. BASE is the address of the house; the tokens are issued at the beginning and revoked at the end.
set -eu
cd "$(dirname "$0")/.."
BASE="${BASE:-http://127.0.0.1:8000}"
API="$BASE/api/v1"
MANAGE=".venv/bin/python -W ignore manage.py"
HEADERS="$(mktemp)"
BODY="$(mktemp)"
trap 'rm -f "$HEADERS" "$BODY"' EXIT

issue() { $MANAGE api_token "$1" --name transcript --days 1 --all-scopes; }
AGENT="$(issue A001)"
DISPATCHER="$(issue D001)"

# what it says in the transcript: $1 a sentence, the rest the words of curl
ask() {
    echo
    echo "$1"
    shift
    token="$1"
    shift
    echo
    echo '```'
    printf 'curl -i'
    for word in "$@"; do
        case "$word" in
            *[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done | sed "s|$API|\$API|g"
    printf ' -H "Authorization: Bearer $%s"\n\n' "$token"
    eval "secret=\$$token"
    curl -s -D "$HEADERS" -o "$BODY" "$@" -H "Authorization: Bearer $secret"
    tr -d '\r' < "$HEADERS" | grep -iE '^(HTTP/|ETag|Location|Idempotent-Replay|Retry-After)' || true
    echo
    .venv/bin/python -m json.tool --no-ensure-ascii < "$BODY" | head -n "${LINES_SHOWN:-60}"
    echo '```'
}
field() { .venv/bin/python -c "import json,sys; print(json.load(open('$BODY'))$1)"; }
etag() { tr -d '\r' < "$HEADERS" | sed -n 's/^[Ee][Tt]ag: //p'; }
shortened() { printf '%.6s…' "$1"; }

{
    echo '# A conversation with the API'
    echo
    echo 'Written by `docs/api-transcript.sh` against `make run` with its demonstration data; nothing is made up. It opens a'
    echo 'ticket, sends it to an outlet, accepts it there, assigns a technician and follows the clocks. Tokens are shortened, long answers cut.'
    echo
    echo '```'
    echo "\$ API=$API"
    echo "\$ AGENT=\$(.venv/bin/python manage.py api_token A001 --name transcript --days 1 --all-scopes)       # $(shortened "$AGENT")"
    echo "\$ DISPATCHER=\$(.venv/bin/python manage.py api_token D001 --name transcript --days 1 --all-scopes)  # $(shortened "$DISPATCHER")"
    echo '```'

    ask 'A new customer. The key makes a repeat harmless.' AGENT -X POST "$API/customers" \
        -H "Idempotency-Key: customer-$$" -H 'Content-Type: application/json' \
        -d '{"name": "丁一凡", "phone": "13912345678", "place": {"city": "云州市", "district": "东湖区", "detail": "学府路18号2栋601"}}'
    CUSTOMER="$(field '["id"]')"
    ADDRESS="$(field '["addresses"][0]["id"]')"
    WISH="{\"kind\": \"repair\", \"channel\": \"phone\", \"customer_id\": $CUSTOMER, \"address_id\": $ADDRESS, \"contact_phone\": \"13912345678\", \"category\": \"washing_machine\", \"description\": \"脱水时剧烈晃动\"}"
    ask 'The ticket. Its clocks start at once.' AGENT -X POST "$API/tickets" \
        -H "Idempotency-Key: ticket-$$" -H 'Content-Type: application/json' -d "$WISH"
    NUMBER="$(field '["number"]')"
    TAG="$(etag)"
    LINES_SHOWN=6
    ask 'The line was bad, so the program sends it once more: the same answer, no second ticket.' AGENT -X POST "$API/tickets" \
        -H "Idempotency-Key: ticket-$$" -H 'Content-Type: application/json' -d "$WISH"
    ask 'To the outlet, without saying which version was read: refused.' AGENT -X POST "$API/tickets/$NUMBER/send_to_outlet" \
        -H 'Content-Type: application/json' -d '{"outlet": "YZ01"}'
    ask 'With the `ETag` of the answer above.' AGENT -X POST "$API/tickets/$NUMBER/send_to_outlet" \
        -H "If-Match: $TAG" -H 'Content-Type: application/json' -d '{"outlet": "YZ01"}'
    ask 'The old version once more: somebody has changed the ticket since.' AGENT -X PATCH "$API/tickets/$NUMBER" \
        -H "If-Match: $TAG" -H 'Content-Type: application/json' -d '{"description": "脱水时响"}'
    LINES_SHOWN=8
    ask 'The dispatcher of the outlet reads and accepts it.' DISPATCHER "$API/tickets/$NUMBER"
    TAG="$(etag)"
    ask 'Accepting stops the clock of the outlet.' DISPATCHER -X POST "$API/tickets/$NUMBER/accept_handover" -H "If-Match: $TAG"
    TAG="$(etag)"
    LINES_SHOWN=24
    ask 'Who could go?' DISPATCHER "$API/tickets/$NUMBER/candidates"
    CHOICE="$(.venv/bin/python -c "
import json
one = next(row for row in json.load(open('$BODY'))['candidates'] if row['span_start'])
wish = {name: one[name] for name in ('technician_id', 'span_start', 'span_end')}
print(json.dumps(wish | ({'override_reason': 'customer agreed'} if one['wants_reason'] else {})))")"
    ask 'The first of them.' DISPATCHER -X POST "$API/tickets/$NUMBER/assign_technician" \
        -H "If-Match: $TAG" -H 'Content-Type: application/json' -d "$CHOICE"
    LINES_SHOWN=200
    ask 'The clocks now: what was kept, what still runs and until when.' AGENT "$API/tickets/$NUMBER/clocks"
    CLOCK="$(field '[-1]["id"]')"
    ask 'Why is the last one due when it is?' AGENT -H 'Accept-Language: en' "$API/tickets/$NUMBER/clocks/$CLOCK"
    ask 'And the story so far, newest first.' AGENT "$API/tickets/$NUMBER/story"
} > docs/api-transcript.md

for secret in "$AGENT" "$DISPATCHER"; do
    $MANAGE api_token --revoke "$(printf '%.15s' "$secret")" > /dev/null
done
