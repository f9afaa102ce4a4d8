#if DEBUG
    import Foundation

    /// Cuts the power, very often: `PowerCut [--seed N] [--rounds N] [--cuts N] [--records N]`.
    ///
    /// Ends with 1 when a promise was broken, and also when a control that must lose does not, or when something
    /// could be done to the disk unseen.
    @main
    struct PowerCut {
        static func main() async throws {
            let options = Options(CommandLine.arguments)
            print("seed \(options.seed): --seed \(options.seed) repeats it")
            // Said before anything can go wrong.
            fflush(nil)
            let base = Self.temporaryFolder()
            try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: base) }
            let isGood = try await Trial(options: options, base: base, site: Site(base)).run()
            if !isGood {
                try? FileManager.default.removeItem(atPath: base)
                exit(1)
            }
        }

        /// In memory where that is possible: what is durable is our model's to say.
        private static func temporaryFolder() -> String {
            let shared = "/dev/shm"
            let parent = FileManager.default.isWritableFile(atPath: shared) ? shared : NSTemporaryDirectory()
            return parent + "/power-cut-" + UUID().uuidString
        }
    }

    struct Options {
        var seed = UInt64.random(in: 0..<1 << 24)
        var rounds = 2
        var cuts = 60
        var records = 40

        init(_ arguments: [String]) {
            for (name, value) in zip(arguments, arguments.dropFirst()) {
                guard let number = Int(value) else { continue }
                switch name {
                case "--seed": seed = UInt64(number)
                case "--rounds": rounds = number
                case "--cuts": cuts = number
                case "--records": records = number
                default: break
                }
            }
        }
    }
#else
    /// The cuts reach into the zones, which only a debug build lets them.
    @main
    struct PowerCut {
        static func main() { print("PowerCut is a program of the debug build") }
    }
#endif
