"""SGNet and S-Conv on PyTorch (Chen et al., IEEE TIP 2021)."""
