extension Gateway {
    static func record(_ number: Int, text: String = "路灯不亮") -> String {
        #"{"no":"N-\#(number)","time":"2026-01-05 09:00:00","text":"\#(text)","tel":"19900001234"}"#
    }

    static func records(_ numbers: some Sequence<Int>) -> String {
        "[" + numbers.map { record($0) }.joined(separator: ",") + "]"
    }

    static func external(_ port: Int, signals: Int) -> String {
        """
        jurisdiction: "370400"
        time_zone: Asia/Shanghai
        data: data/external
        secrets: secrets
        listen: 127.0.0.1:\(port)
        signals: 127.0.0.1:\(signals)
        boundary: { type: segments, out: data/boundary/external-relay, in: data/boundary/relay-external }
        """
    }

    static func relay(_ channels: String) -> String {
        """
        time_zone: Asia/Shanghai
        data: data/relay
        channels: \(channels)
        boundary:
          external: { type: segments, out: data/boundary/relay-external, in: data/boundary/external-relay }
          internal: { type: segments, out: data/boundary/relay-internal, in: data/boundary/internal-relay }
        """
    }

    static func internalZone(_ port: Int) -> String {
        """
        time_zone: Asia/Shanghai
        data: data/internal
        secrets: secrets
        listen: 127.0.0.1:\(port)
        boundary: { type: segments, out: data/boundary/internal-relay, in: data/boundary/relay-internal }
        """
    }

    static func channel(_ release: String, silentAfter: String = "30d") -> String {
        """
        id: hotline-test
        name: test
        class: hotline
        level: municipal
        authority: test
        release: \(release)
        silent_after: \(silentAfter)
        source: { type: http-push, path: /channels/test, auth: { type: api-key, header: X-Key, key: "${env:TEST_KEY}" } }
        format: { type: json, records: "$[*]" }
        kind: { from: $.act, lookup: { new: opened, urge: urged, append: supplemented, cancel: withdrawn } }
        ticket:
          external_id: $.no
          request_type: { const: help }
          requested_datetime: { from: $.time, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          description: $.text
          requester.phone: { from: $.tel, clean: phone }
        reply:
          type: http
          url: ${env:SOURCE_URL}/orders/{external_id}
          body: { json: { text: "{reply.public_text}" } }
          on: [replied]
          retry: { attempts: 100, backoff: 100ms..1s }
        """
    }

    static let centre = """
        id: centre
        name: centre
        role: owner
        fallback: true
        deliver:
          type: webhook
          url: ${env:CENTRE_URL}/hook
          secret: ${env:CENTRE_SECRET}
          retry: { schedule: [100ms, 500ms, 1s] }
        token: ${env:CENTRE_TOKEN}
        """
}
