public import SluiceConfig
internal import SluiceSDK

extension HandlerProfile {
    public init(_ file: HandlerFile) {
        let deliver = file.deliver
        self.init(
            id: file.id, name: file.name, role: file.role == .owner ? .owner : .copy, order: file.order,
            isFallback: file.isFallback,
            policy: FieldPolicy(mask: IntakeFieldSet(file.masked), drop: IntakeFieldSet(file.dropped)),
            events: deliver.events.isEmpty ? .standard : EventSelection(deliver.events),
            retry: RetrySchedule(deliver.retrySchedule),
            batch: deliver.batch.map { BatchRule(size: $0.size, wait: $0.wait) },
            lease: deliver.isPull ? deliver.lease : nil,
            token: file.token,
            matches: { file.matches($0) })
    }
}
