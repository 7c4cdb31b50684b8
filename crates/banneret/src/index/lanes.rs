//! Loops over rows, compiled for the widest instructions that the machine has. What LLVM makes of
//! plain Rust is good enough: nothing here is written twice.

/// What this machine can do.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lanes {
    /// What every machine of its kind can.
    Plain,
    /// 256 bits at once.
    #[cfg(target_arch = "x86_64")]
    Avx2(pulp::x86::V3),
}

/// A loop that is compiled for each kind of machine. `run` is always inlined, with all that it
/// calls, or else it is compiled for none of them.
pub(super) trait Loop {
    type Output;
    fn run(self) -> Self::Output;
}

impl Lanes {
    /// The best that this machine can do.
    pub(super) fn best() -> Lanes {
        #[cfg(target_arch = "x86_64")]
        if let Some(v3) = pulp::x86::V3::try_new() {
            return Lanes::Avx2(v3);
        }
        Lanes::Plain
    }

    #[inline]
    pub(super) fn run<L: Loop>(self, work: L) -> L::Output {
        match self {
            Lanes::Plain => work.run(),
            #[cfg(target_arch = "x86_64")]
            Lanes::Avx2(v3) => v3.vectorize(Within(work)),
        }
    }
}

#[cfg(target_arch = "x86_64")]
struct Within<L>(L);

#[cfg(target_arch = "x86_64")]
impl<L: Loop> pulp::NullaryFnOnce for Within<L> {
    type Output = L::Output;

    #[inline(always)]
    fn call(self) -> L::Output {
        self.0.run()
    }
}
