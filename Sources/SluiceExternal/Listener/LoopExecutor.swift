internal import NIOCore

/// Runs the work of a request on the event loop of its connection: it is handed to another thread only where it waits
/// for one. On one core that spares each push two switches between threads.
///
/// What runs here must not block, as on Swift's own threads, of which there are as many as loops.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
